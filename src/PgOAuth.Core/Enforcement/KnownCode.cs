using System.Buffers;
using PgOAuth.Sql.Lexing;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>The few statements of a refused kind that tools cannot do without and whose every word is known (stage 7).</summary>
internal static class KnownCode
{
    // The block fills a part of this; a longer one is another.
    private const int MaxBlockBytes = 4096;

    // A question mark stands for any string, an exclamation mark for any name.
    private static readonly TokenPattern _schemaCreation = new(
        "BEGIN IF NOT EXISTS ( SELECT 1 FROM pg_namespace WHERE nspname = ? ) THEN CREATE SCHEMA ! ; END IF ; END");

    private static readonly TokenPattern _dumpRestriction = new(
        "SELECT set_config ( name , 'view, foreign-table' , false ) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'");

    private static readonly TokenPattern _dumpRestrictionOfViews = new(
        "SELECT set_config ( name , 'view' , false ) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'");

    // PostgreSQL's own trusted modules of types, operators and index methods. None executes text.
    private static KeywordSet Extensions => new(
        " btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray isn ltree pg_trgm pgcrypto plpgsql seg unaccent uuid-ossp "u8);

    /// <summary>CREATE EXTENSION of a module that brings nothing the guard has to know.</summary>
    internal static bool IsHarmlessExtension(in StatementTokens tokens)
    {
        // CREATE LANGUAGE is a statement of the same kind. IF NOT EXISTS stands in front of the name.
        var name = tokens[2] is T.If && tokens[3] is T.Not ? 5 : 2;
        Span<byte> buffer = stackalloc byte[StatementTokens.NameBytes];
        return tokens[1] is T.Extension && tokens.IsName(name) && Extensions.Contains(tokens.Name(name, buffer));
    }

    /// <summary>
    /// The block that Entity Framework migrations of Npgsql send to create a schema when it is missing, word for word.
    /// </summary>
    internal static bool IsSchemaCreation(in StatementTokens tokens)
    {
        if (tokens.Count != 2 || tokens.Raw(1)[0] != '$' || !tokens.TryLiteral(1, out var code) || code.Length > MaxBlockBytes)
        {
            return false;
        }

        var buffer = ArrayPool<SqlToken>.Shared.Rent(64);
        var lexer = new SqlLexer(code, buffer);
        var isKnown = lexer.Run() && IsSchemaCreationBlock(new StatementTokens(code, lexer.Tokens.AsSpan(0, lexer.Count)));
        ArrayPool<SqlToken>.Shared.Return(buffer);
        return isKnown;
    }

    /// <summary>
    /// Whether it is the one query with a computed setting name that pg_dump sends, since it became immune to hostile views. Both literals
    /// are fixed, so that not even a look-alike of pg_settings could make it set anything else to a useful value.
    /// </summary>
    internal static bool IsDumpRestriction(in StatementTokens tokens) => _dumpRestriction.Is(tokens) || _dumpRestrictionOfViews.Is(tokens);

    private static bool IsSchemaCreationBlock(in StatementTokens block)
    {
        var end = _schemaCreation.Count;
        return _schemaCreation.Begins(block) && (block.Count == end || (block.Count == end + 1 && block[end] is T.Semicolon));
    }
}
