using System.Text.Unicode;

namespace PgOAuth.Enforcement;

/// <summary>
/// Reads from a text what it can leave behind on a server connection (stage 7). Reads tokens, not grammar, and takes what it does not know
/// for something that is left behind. Runs once per text, when <see cref="StatementCache"/> does not know it.
/// </summary>
internal static class EffectRules
{
    // As in the guard: room for the longest name or literal that is compared.
    private const int BufferBytes = 512;

    /// <summary>What no rule recognized: reset, and nobody relies on what was prepared.</summary>
    private const SessionEffects Unknown = SessionEffects.Touched | SessionEffects.Unprepares | SessionEffects.Resets;

    // Leave nothing by themselves; the names inside are looked at one by one. Those that only take away (UNLISTEN, CLOSE) are among them.
    private static KeywordSet Plain => new(
        " select insert update delete with values table begin commit rollback merge copy explain execute declare fetch move close start end abort savepoint release show notify unlisten lock truncate analyze analyse vacuum reindex cluster comment refresh drop grant revoke checkpoint reassign security import "u8);

    /// <summary>Reads the text as a whole.</summary>
    internal static StatementReading Read(ReadOnlySpan<byte> sql)
    {
        if (!Utf8.IsValid(sql))
        {
            return new StatementReading(Unknown);
        }

        Span<byte> buffer = stackalloc byte[BufferBytes];
        var tokens = new SqlTokenizer(sql);
        var effects = SessionEffects.None;
        while (true)
        {
            var next = tokens.Peek();
            if (next.Kind is SqlTokenKind.End)
            {
                return FormRules.Read(new SqlTokenizer(sql), effects, buffer);
            }

            if (next.IsSymbol(";"u8))
            {
                tokens.Read();
                continue;
            }

            if (next.Kind is SqlTokenKind.Unreadable)
            {
                return new StatementReading(effects | Unknown);
            }

            effects |= OfKind(tokens, buffer);
            effects |= OfTokens(ref tokens, buffer);
        }
    }

    // By the first words.
    private static SessionEffects OfKind(SqlTokenizer tokens, Span<byte> buffer)
    {
        var first = tokens.Read();
        while (first.IsSymbol("("u8))
        {
            first = tokens.Read();
        }

        return first switch
        {
            _ when Plain.Contains(first) => SessionEffects.None,
            _ when first.IsWord("set"u8) => SettingEffects.OfSet(tokens, buffer),
            _ when first.IsWord("reset"u8) => SettingEffects.OfReset(tokens, buffer),
            _ when first.IsWord("create"u8) || first.IsWord("alter"u8) =>
                tokens.Read().IsWord("extension"u8) ? SessionEffects.Tainted : SessionEffects.None,
            _ when first.IsWord("deallocate"u8) => SessionEffects.Unprepares,
            _ when first.IsWord("discard"u8) => OfDiscard(tokens.Read()),
            _ when first.IsWord("listen"u8) || first.IsWord("prepare"u8) || first.IsWord("call"u8) => SessionEffects.Touched,
            _ when first.IsWord("load"u8) => SessionEffects.Tainted,
            _ when first.IsWord("do"u8) => OfCode(tokens, buffer),
            _ => Unknown,
        };
    }

    private static SessionEffects OfDiscard(in SqlToken what) =>
        what.IsWord("all"u8) ? SessionEffects.Unprepares | SessionEffects.Resets
        : what.IsWord("plans"u8) || what.IsWord("sequences"u8) || what.IsWord("temp"u8) || what.IsWord("temporary"u8) ? SessionEffects.None
        : Unknown;

    // DO: what its code names is looked for as if it stood outside. Other languages keep variables of their own for the whole session.
    private static SessionEffects OfCode(SqlTokenizer tokens, Span<byte> buffer)
    {
        var effects = Unknown;
        while (true)
        {
            var token = tokens.Read();
            if (token.EndsStatement)
            {
                return effects;
            }

            if (token.IsWord("language"u8))
            {
                var language = tokens.Read();
                effects |= SqlTextDecoder.Decode(language, buffer, out var length) is SqlTextResult.Whole
                    && System.Text.Ascii.EqualsIgnoreCase(buffer[..length], "plpgsql"u8) ? SessionEffects.None : SessionEffects.Tainted;
            }
            else if (token.Kind is SqlTokenKind.DollarString)
            {
                var tag = token.Raw[1..].IndexOf((byte)'$') + 2;
                effects |= OfBody(new SqlTokenizer(token.Raw[tag..^tag]), buffer);
            }
            else
            {
                // Code with its quotes doubled, or nothing that can be read.
                return effects | SessionEffects.Tainted;
            }
        }
    }

    private static SessionEffects OfBody(SqlTokenizer body, Span<byte> buffer)
    {
        var effects = SessionEffects.None;
        while (body.Peek() is { Kind: not SqlTokenKind.End } next)
        {
            if (next.Kind is SqlTokenKind.Unreadable || next.IsWord("load"u8) || next.IsWord("extension"u8) || next.IsWord("set"u8))
            {
                return effects | SessionEffects.Tainted;
            }

            // One at a time: the statements of a block begin anywhere.
            effects |= new EffectTokens().Of(body.Read(), body, buffer);
        }

        return effects;
    }

    // Leaves the tokenizer behind the statement's semicolon.
    private static SessionEffects OfTokens(ref SqlTokenizer tokens, scoped Span<byte> buffer)
    {
        var rules = default(EffectTokens);
        var statement = default(SqlStatementScope);
        var effects = SessionEffects.None;
        while (true)
        {
            var token = tokens.Read();
            if (token.Kind is SqlTokenKind.Unreadable)
            {
                // The loop over the statements meets it again and ends.
                return effects | Unknown;
            }

            if (statement.EndsWith(token))
            {
                return effects;
            }

            effects |= rules.Of(token, tokens, buffer);
        }
    }
}
