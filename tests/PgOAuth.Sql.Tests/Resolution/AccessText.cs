using System.Globalization;
using System.Text;

namespace PgOAuth.Sql.Resolution;

/// <summary>What a statement accesses, as one line per access, sorted, without repeats.</summary>
internal static class AccessText
{
    /// <summary>Lines as <c>Read t(a,b)</c>; or one line that begins with an exclamation mark, for a failure.</summary>
    public static IReadOnlyList<string> Of(string sql, ISqlCatalog catalog, bool allowUnknown = false)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var parser = new SqlParser();
        if (!parser.Parse(text))
        {
            return [$"!parser: {parser.Error}"];
        }

        var lines = new List<string>();
        var resolver = new SqlResolver();
        var accesses = new SqlAccessList();
        foreach (var statement in parser.Statements.ToArray())
        {
            resolver.Resolve(text, parser.Tokens, parser.Nodes, statement, catalog, accesses, allowUnknown);
            if (accesses.Failure is not null)
            {
                return [$"!{accesses.Failure}: {Text(text, parser, accesses.FailureToken, accesses.FailureEndToken)}"];
            }

            // The first is the statement itself.
            for (var i = 1; i < accesses.Count; i++)
            {
                lines.Add(Line(text, parser, accesses, accesses.Accesses[i]));
            }
        }

        return [.. lines.Distinct().Order(StringComparer.Ordinal)];
    }

    private static string Line(byte[] text, SqlParser parser, SqlAccessList accesses, SqlAccess access)
    {
        var line = new StringBuilder(access.Kind.ToString());
        line.Append(access.LockStrength > 0 ? access.LockStrength.ToString(CultureInfo.InvariantCulture) : "");
        line.Append(' ');
        if (access.Relation is { } relation)
        {
            line.Append(relation.IsUnknown ? "?" : "");
            line.Append(relation.Schema.ToString() is "public" or "" ? relation.Name.ToString() : relation.ToString());
            var set = accesses.Columns(access);
            var names = new List<string>();
            for (var c = 0; c < relation.Columns.Length; c++)
            {
                if ((set[c / 64] >> (c % 64) & 1) != 0)
                {
                    names.Add(relation.Columns[c].Name.ToString());
                }
            }

            for (var s = 1; s < 7; s++)
            {
                if ((access.SystemColumns >> s & 1) != 0)
                {
                    names.Add(s switch { 1 => "ctid", 2 => "xmin", 3 => "cmin", 4 => "xmax", 5 => "cmax", _ => "tableoid" });
                }
            }

            line.Append(CultureInfo.InvariantCulture, $"({string.Join(',', names)})");
        }
        else if (access.FunctionsCount > 0 && access.Kind == SqlAccessKind.Call)
        {
            var function = accesses.Functions(access)[0];
            line.Append(function.IsUnknown ? "?" : "").Append(function.Schema.IsEmpty ? function.Name.ToString() : function.ToString());
        }
        else
        {
            line.Append(Text(text, parser, access.Token, access.EndToken));
        }

        line.Append((access.Flags & SqlAccessFlags.Only) != 0 ? " only" : "");
        line.Append((access.Flags & SqlAccessFlags.WholeRow) != 0 ? " row" : "");
        line.Append((access.Flags & SqlAccessFlags.Child) != 0 ? " child" : "");
        line.Append((access.Flags & SqlAccessFlags.Entire) != 0 ? " entire" : "");
        return line.ToString();
    }

    private static string Text(byte[] text, SqlParser parser, int token, int endToken) =>
        endToken > token ? Encoding.UTF8.GetString(text[parser.Tokens[token].Start..parser.Tokens[endToken - 1].End]) : "";
}
