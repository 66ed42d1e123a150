using System.Runtime.CompilerServices;
using System.Text;

namespace PgOAuth.Sql.Lexing;

/// <summary>PostgreSQL 18's keywords: text, category and whether a bare label; found by the hash the lexer computes on its way.</summary>
internal static class SqlKeywords
{
    /// <summary>The longest keyword, current_timestamp.</summary>
    public const int MaxLength = 17;

    public const SqlTokenKind First = SqlTokenKind.Abort;

    public const SqlTokenKind Last = SqlTokenKind.Zone;

    private const int SlotCount = 2048;

    private static readonly SqlTokenTraits[] TraitTable = new SqlTokenTraits[(int)Last + 1];

    // Text of keyword k is TextBytes[Offsets[k]..Offsets[k + 1]].
    private static readonly byte[] TextBytes;
    private static readonly ushort[] Offsets = new ushort[Last - First + 2];

    // Open addressing: keyword index + 1, or 0.
    private static readonly ushort[] Slots = new ushort[SlotCount];

    // U unreserved, C col_name, T type_func_name, R reserved; '-' where AS is needed before it as a label.
    private static ReadOnlySpan<byte> Source =>
        "abort:U absent:U absolute:U access:U action:U add:U admin:U after:U aggregate:U all:R also:U alter:U always:U analyse:R "u8 +
        "analyze:R and:R any:R array:R- as:R- asc:R asensitive:U assertion:U assignment:U asymmetric:R at:U atomic:U attach:U "u8 +
        "attribute:U authorization:T backward:U before:U begin:U between:C bigint:C binary:T bit:C boolean:C both:R breadth:U by:U "u8 +
        "cache:U call:U called:U cascade:U cascaded:U case:R cast:R catalog:U chain:U char:C- character:C- characteristics:U "u8 +
        "check:R checkpoint:U class:U close:U cluster:U coalesce:C collate:R collation:T column:R columns:U comment:U comments:U "u8 +
        "commit:U committed:U compression:U concurrently:T conditional:U configuration:U conflict:U connection:U constraint:R "u8 +
        "constraints:U content:U continue:U conversion:U copy:U cost:U create:R- cross:T csv:U cube:U current:U current_catalog:R "u8 +
        "current_date:R current_role:R current_schema:T current_time:R current_timestamp:R current_user:R cursor:U cycle:U data:U "u8 +
        "database:U day:U- deallocate:U dec:C decimal:C declare:U default:R defaults:U deferrable:R deferred:U definer:U delete:U "u8 +
        "delimiter:U delimiters:U depends:U depth:U desc:R detach:U dictionary:U disable:U discard:U distinct:R do:R document:U "u8 +
        "domain:U double:U drop:U each:U else:R empty:U enable:U encoding:U encrypted:U end:R enforced:U enum:U error:U escape:U "u8 +
        "event:U except:R- exclude:U excluding:U exclusive:U execute:U exists:C explain:U expression:U extension:U external:U "u8 +
        "extract:C false:R family:U fetch:R- filter:U- finalize:U first:U float:C following:U for:R- force:U foreign:R format:U "u8 +
        "forward:U freeze:T from:R- full:T function:U functions:U generated:U global:U grant:R- granted:U greatest:C group:R- "u8 +
        "grouping:C groups:U handler:U having:R- header:U hold:U hour:U- identity:U if:U ilike:T immediate:U immutable:U implicit:U "u8 +
        "import:U in:R include:U including:U increment:U indent:U index:U indexes:U inherit:U inherits:U initially:R inline:U "u8 +
        "inner:T inout:C input:U insensitive:U insert:U instead:U int:C integer:C intersect:R- interval:C into:R- invoker:U is:T "u8 +
        "isnull:T- isolation:U join:T json:C json_array:C json_arrayagg:C json_exists:C json_object:C json_objectagg:C json_query:C "u8 +
        "json_scalar:C json_serialize:C json_table:C json_value:C keep:U key:U keys:U label:U language:U large:U last:U lateral:R "u8 +
        "leading:R leakproof:U least:C left:T level:U like:T limit:R- listen:U load:U local:U localtime:R localtimestamp:R "u8 +
        "location:U lock:U locked:U logged:U mapping:U match:U matched:U materialized:U maxvalue:U merge:U merge_action:C method:U "u8 +
        "minute:U- minvalue:U mode:U month:U- move:U name:U names:U national:C natural:T nchar:C nested:U new:U next:U nfc:U nfd:U "u8 +
        "nfkc:U nfkd:U no:U none:C normalize:C normalized:U not:R nothing:U notify:U notnull:T- nowait:U null:R nullif:C nulls:U "u8 +
        "numeric:C object:U objects:U of:U off:U offset:R- oids:U old:U omit:U on:R- only:R operator:U option:U options:U or:R "u8 +
        "order:R- ordinality:U others:U out:C outer:T over:U- overlaps:T- overlay:C overriding:U owned:U owner:U parallel:U "u8 +
        "parameter:U parser:U partial:U partition:U passing:U password:U path:U period:U placing:R plan:U plans:U policy:U "u8 +
        "position:C preceding:U precision:C- prepare:U prepared:U preserve:U primary:R prior:U privileges:U procedural:U "u8 +
        "procedure:U procedures:U program:U publication:U quote:U quotes:U range:U read:U real:C reassign:U recursive:U ref:U "u8 +
        "references:R referencing:U refresh:U reindex:U relative:U release:U rename:U repeatable:U replace:U replica:U reset:U "u8 +
        "restart:U restrict:U return:U returning:R- returns:U revoke:U right:T role:U rollback:U rollup:U routine:U routines:U "u8 +
        "row:C rows:U rule:U savepoint:U scalar:U schema:U schemas:U scroll:U search:U second:U- security:U select:R sequence:U "u8 +
        "sequences:U serializable:U server:U session:U session_user:R set:U setof:C sets:U share:U show:U similar:T simple:U skip:U "u8 +
        "smallint:C snapshot:U some:R source:U sql:U stable:U standalone:U start:U statement:U statistics:U stdin:U stdout:U "u8 +
        "storage:U stored:U strict:U string:U strip:U subscription:U substring:C support:U symmetric:R sysid:U system:U "u8 +
        "system_user:R table:R tables:U tablesample:T tablespace:U target:U temp:U template:U temporary:U text:U then:R ties:U "u8 +
        "time:C timestamp:C to:R- trailing:R transaction:U transform:U treat:C trigger:U trim:C true:R truncate:U trusted:U type:U "u8 +
        "types:U uescape:U unbounded:U uncommitted:U unconditional:U unencrypted:U union:R- unique:R unknown:U unlisten:U "u8 +
        "unlogged:U until:U update:U user:R using:R vacuum:U valid:U validate:U validator:U value:U values:C varchar:C variadic:R "u8 +
        "varying:U- verbose:T version:U view:U views:U virtual:U volatile:U when:R where:R- whitespace:U window:R- with:R- "u8 +
        "within:U- without:U- work:U wrapper:U write:U xml:U xmlattributes:C xmlconcat:C xmlelement:C xmlexists:C xmlforest:C "u8 +
        "xmlnamespaces:C xmlparse:C xmlpi:C xmlroot:C xmlserialize:C xmltable:C year:U- yes:U zone:U"u8;

#pragma warning disable CA1810 // The tables are built together, in one pass.
    static SqlKeywords()
#pragma warning restore CA1810
    {
        var bytes = new List<byte>(4096);
        var source = Source;
        var index = 0;
        while (!source.IsEmpty)
        {
            var colon = source.IndexOf((byte)':');
            var text = source[..colon];
            var category = source[colon + 1];
            source = source[(colon + 2)..];
            var bare = source.IsEmpty || source[0] != '-';
            var space = source.IndexOf((byte)' ');
            source = space < 0 ? default : source[(space + 1)..];

            Offsets[index] = (ushort)bytes.Count;
            bytes.AddRange(text);
            var traits = SqlTokenTraits.ColLabel | (bare ? SqlTokenTraits.BareColLabel : SqlTokenTraits.None);
            traits |= category switch
            {
                (byte)'U' => SqlTokenTraits.ColId | SqlTokenTraits.TypeFunctionName | SqlTokenTraits.NonReservedWord | SqlTokenTraits.Unreserved,
                (byte)'C' => SqlTokenTraits.ColId | SqlTokenTraits.NonReservedWord,
                (byte)'T' => SqlTokenTraits.TypeFunctionName | SqlTokenTraits.NonReservedWord,
                _ => SqlTokenTraits.Reserved,
            };
            TraitTable[(int)First + index] = traits;

            var hash = 0u;
            foreach (var b in text)
            {
                hash = HashStep(hash, b);
            }

            var slot = hash & (SlotCount - 1);
            while (Slots[slot] != 0)
            {
                slot = (slot + 1) & (SlotCount - 1);
            }

            Slots[slot] = (ushort)(index + 1);
            index++;
        }

        Offsets[index] = (ushort)bytes.Count;
        TextBytes = [.. bytes];
        TraitTable[(int)SqlTokenKind.Ident] = SqlTokenTraits.ColId | SqlTokenTraits.TypeFunctionName | SqlTokenTraits.BareColLabel |
            SqlTokenTraits.ColLabel | SqlTokenTraits.NonReservedWord;
    }

    public static ReadOnlySpan<SqlTokenTraits> Traits => TraitTable;

    /// <summary>One step of the hash over an identifier's bytes; upper and lower case letters count the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint HashStep(uint hash, byte b) => (hash * 31) + (b | 0x20u);

    /// <summary>The keyword that an unquoted word is, or <see cref="SqlTokenKind.Ident"/>.</summary>
    public static SqlTokenKind Find(ReadOnlySpan<byte> word, uint hash)
    {
        if (word.Length > MaxLength)
        {
            return SqlTokenKind.Ident;
        }

        var slot = hash & (SlotCount - 1);
        while (true)
        {
            var entry = Slots[slot];
            if (entry == 0)
            {
                return SqlTokenKind.Ident;
            }

            var index = entry - 1;
            var start = Offsets[index];
            if (Offsets[index + 1] - start == word.Length && EqualsFolded(word, TextBytes.AsSpan(start, word.Length)))
            {
                return First + (ushort)index;
            }

            slot = (slot + 1) & (SlotCount - 1);
        }
    }

    /// <summary>The keyword's text in lower case.</summary>
    public static ReadOnlySpan<byte> Text(SqlTokenKind keyword)
    {
        var index = keyword - First;
        return TextBytes.AsSpan(Offsets[index], Offsets[index + 1] - Offsets[index]);
    }

    public static string Name(SqlTokenKind keyword) => Encoding.ASCII.GetString(Text(keyword));

    /// <summary>Whether an unquoted word is this lower-case text once its ASCII letters are folded.</summary>
    public static bool EqualsFolded(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lower)
    {
        if (word.Length != lower.Length)
        {
            return false;
        }

        for (var i = 0; i < word.Length; i++)
        {
            var b = word[i];
            if ((uint)(b - 'A') <= 'Z' - 'A')
            {
                b |= 0x20;
            }

            if (b != lower[i])
            {
                return false;
            }
        }

        return true;
    }
}
