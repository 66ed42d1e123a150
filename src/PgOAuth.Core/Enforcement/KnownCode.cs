namespace PgOAuth.Enforcement;

/// <summary>The few statements of a refused kind that tools cannot do without and whose every word is known (stage 7).</summary>
internal static class KnownCode
{
    // PostgreSQL's own trusted modules of types, operators and index methods. None executes text.
    private static KeywordSet Extensions => new(
        " btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray isn ltree pg_trgm pgcrypto plpgsql seg unaccent uuid-ossp "u8);

    /// <summary>CREATE EXTENSION of a module that brings nothing the guard has to know. The tokenizer stands behind EXTENSION.</summary>
    internal static bool IsHarmlessExtension(SqlTokenizer tokens, Span<byte> buffer)
    {
        var name = tokens.Read();
        if (name.IsWord("if"u8))
        {
            if (!tokens.Read().IsWord("not"u8) || !tokens.Read().IsWord("exists"u8))
            {
                return false;
            }

            name = tokens.Read();
        }

        return name.IsName
            && SqlTextDecoder.DecodeName(name, buffer, out var decoded) is SqlTextResult.Whole
            && Extensions.Contains(decoded);
    }

    /// <summary>
    /// The block that Entity Framework migrations of Npgsql send to create a schema when it is missing, word for word. The tokenizer
    /// stands behind DO.
    /// </summary>
    internal static bool IsSchemaCreation(SqlTokenizer tokens)
    {
        var code = tokens.Read();
        if (code.Kind is not SqlTokenKind.DollarString || !tokens.Read().EndsStatement)
        {
            return false;
        }

        var tag = code.Raw[1..].IndexOf((byte)'$') + 2;
        var body = new SqlTokenizer(code.Raw[tag..^tag]);
        return Matches(ref body, "BEGIN IF NOT EXISTS ( SELECT 1 FROM pg_namespace WHERE nspname = ? ) THEN CREATE SCHEMA ! ; END IF ; END"u8)
            && body.Read() is var behind
            && (behind.Kind is SqlTokenKind.End || (behind.IsSymbol(";"u8) && body.Read().Kind is SqlTokenKind.End));
    }

    /// <summary>
    /// Steps over the one query with a computed setting name that pg_dump sends, since it became immune to hostile views. Both literals
    /// are fixed, so that not even a look-alike of pg_settings could make it set anything else to a useful value.
    /// </summary>
    internal static bool TrySkipDumpRestriction(ref SqlTokenizer tokens)
    {
        foreach (var isLong in (ReadOnlySpan<bool>)[true, false])
        {
            var ahead = tokens;
            var pattern = isLong
                ? "SELECT set_config ( name , 'view, foreign-table' , false ) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'"u8
                : "SELECT set_config ( name , 'view' , false ) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'"u8;
            if (Matches(ref ahead, pattern) && ahead.Peek().EndsStatement)
            {
                tokens = ahead;
                return true;
            }
        }

        return false;
    }

    // Word for word, in any case; a question mark stands for any string, an exclamation mark for any name.
    private static bool Matches(ref SqlTokenizer tokens, ReadOnlySpan<byte> words)
    {
        var pattern = new SqlTokenizer(words);
        while (true)
        {
            var expected = pattern.Read();
            if (expected.Kind is SqlTokenKind.End)
            {
                return true;
            }

            var actual = tokens.Read();
            var matches = expected.IsSymbol("?"u8) ? actual.Kind is SqlTokenKind.String
                : expected.IsSymbol("!"u8) ? actual.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName
                : expected.Kind is SqlTokenKind.Word ? actual.IsWord(expected.Raw)
                : actual.Kind == expected.Kind && actual.Raw.SequenceEqual(expected.Raw);
            if (!matches)
            {
                return false;
            }
        }
    }
}
