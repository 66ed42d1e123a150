namespace PgOAuth.Enforcement;

/// <summary>Which statements may pass, by their first words. What is not named here does not (stage 7).</summary>
internal static class StatementKindRules
{
    // None of these can carry code, change the role or touch a setting by itself; what stands inside is looked at word by word.
    private static KeywordSet Plain => new(
        " select insert update delete with values table begin commit rollback merge copy explain execute deallocate declare fetch move close start end abort savepoint release show discard listen notify unlisten lock truncate analyze analyse vacuum reindex cluster comment refresh call "u8);

    private static KeywordSet Queries => new(" select with values table "u8);

    private static KeywordSet CreateModifiers => new(" or replace temp temporary local global unlogged unique recursive constraint "u8);

    // Not here: whatever names functions to be called (AGGREGATE, OPERATOR, CAST, CONVERSION, TRANSFORM, ACCESS METHOD), reaches other
    // servers (SERVER, FOREIGN, SUBSCRIPTION), or brings code along (LANGUAGE, EVENT TRIGGER).
    private static KeywordSet Objects => new(
        " table view materialized index sequence schema type domain trigger rule policy statistics collation text "u8);

    private static KeywordSet Routines => new(" function procedure routine "u8);

    private static KeywordSet RoleObjects => new(" role user group owned "u8);

    /// <summary>Judges the statement that starts at the tokenizer's position.</summary>
    internal static StatementVerdict Check(SqlTokenizer tokens, Span<byte> buffer)
    {
        var first = tokens.Read();
        if (first.IsSymbol("("u8))
        {
            while (first.IsSymbol("("u8))
            {
                first = tokens.Read();
            }

            return AllowIf(Queries.Contains(first));
        }

        return first switch
        {
            _ when first.IsWord("set"u8) => SetRules.CheckSet(tokens, buffer),
            _ when first.IsWord("reset"u8) => SetRules.CheckReset(tokens, buffer),
            _ when first.IsWord("create"u8) => CheckCreate(tokens, buffer),
            _ when first.IsWord("alter"u8) => CheckAlter(tokens),
            _ when first.IsWord("drop"u8) => AllowIf(tokens.Read() is { Kind: SqlTokenKind.Word } kind && !RoleObjects.Contains(kind)),
            _ when first.IsWord("grant"u8) => AllowIf(NamesObjects(tokens, "to"u8)),
            _ when first.IsWord("revoke"u8) => AllowIf(NamesObjects(tokens, "from"u8)),
            _ when first.IsWord("prepare"u8) => AllowIf(!IsTwoPhase(tokens, "transaction"u8)),
            _ when first.IsWord("commit"u8) || first.IsWord("rollback"u8) => AllowIf(!IsTwoPhase(tokens, "prepared"u8)),
            _ when first.IsWord("do"u8) =>
                KnownCode.IsSchemaCreation(tokens) ? StatementVerdict.Allow : StatementVerdict.Deny(StatementDenial.CodeBlock),
            _ => AllowIf(Plain.Contains(first)),
        };
    }

    private static StatementVerdict CheckCreate(SqlTokenizer tokens, Span<byte> buffer)
    {
        var kind = tokens.Read();
        while (CreateModifiers.Contains(kind))
        {
            kind = tokens.Read();
        }

        if (Routines.Contains(kind))
        {
            return StatementVerdict.Deny(StatementDenial.CodeBlock);
        }

        if (kind.IsWord("extension"u8))
        {
            return AllowIf(KnownCode.IsHarmlessExtension(tokens, buffer));
        }

        if (kind.IsWord("text"u8))
        {
            // TEXT SEARCH PARSER and TEMPLATE name functions.
            return AllowIf(tokens.Read().IsWord("search"u8) && tokens.Read() is var what
                && (what.IsWord("dictionary"u8) || what.IsWord("configuration"u8)));
        }

        // CREATE SCHEMA may hold other CREATE commands; which ones depends on the server's version.
        return kind.IsWord("schema"u8) ? AllowIf(!Mentions(tokens, "create"u8)) : AllowIf(Objects.Contains(kind) || kind.IsWord("database"u8));
    }

    private static StatementVerdict CheckAlter(SqlTokenizer tokens)
    {
        var kind = tokens.Read();
        if (Routines.Contains(kind))
        {
            return StatementVerdict.Deny(StatementDenial.CodeBlock);
        }

        return kind.IsWord("default"u8) || kind.IsWord("large"u8) ? StatementVerdict.Allow : AllowIf(Objects.Contains(kind));
    }

    // GRANT privilege ON object, as opposed to GRANT role. ON, TO and FROM are reserved: unquoted they are never names.
    private static bool NamesObjects(SqlTokenizer tokens, ReadOnlySpan<byte> end)
    {
        while (true)
        {
            var token = tokens.Read();
            if (token.IsWord("on"u8))
            {
                return true;
            }

            if (token.EndsStatement || token.IsWord(end) || token.Kind is SqlTokenKind.Unreadable)
            {
                return false;
            }
        }
    }

    // PREPARE TRANSACTION 'x', but PREPARE transaction AS SELECT …; COMMIT PREPARED 'x'.
    private static bool IsTwoPhase(SqlTokenizer tokens, ReadOnlySpan<byte> word) => tokens.Read().IsWord(word) && tokens.Read().IsString;

    private static bool Mentions(SqlTokenizer tokens, ReadOnlySpan<byte> keyword)
    {
        while (true)
        {
            var token = tokens.Read();
            if (token.IsWord(keyword))
            {
                return true;
            }

            if (token.EndsStatement || token.Kind is SqlTokenKind.Unreadable)
            {
                return false;
            }
        }
    }

    private static StatementVerdict AllowIf(bool allowed) =>
        allowed ? StatementVerdict.Allow : StatementVerdict.Deny(StatementDenial.StatementKind);
}
