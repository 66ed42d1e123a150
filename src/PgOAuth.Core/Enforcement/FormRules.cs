using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>Recognizes texts of one statement that concern the proxy's own state (stage 7).</summary>
internal static class FormRules
{
    /// <summary>Adds the form to what was read of the whole text.</summary>
    internal static StatementReading Read(SqlTokenizer tokens, SessionEffects effects, Span<byte> buffer)
    {
        // Each of the forms does: most texts end here.
        if ((effects & SessionEffects.Unprepares) == 0)
        {
            return new StatementReading(effects);
        }

        var first = tokens.Read();
        while (first.IsSymbol(";"u8))
        {
            first = tokens.Read();
        }

        if (first.IsWord("discard"u8))
        {
            return new StatementReading(effects, tokens.Read().IsWord("all"u8) && EndsText(tokens) ? StatementForm.DiscardAll : StatementForm.Other);
        }

        if (!first.IsWord("deallocate"u8))
        {
            return new StatementReading(effects);
        }

        // DEALLOCATE [PREPARE] name; a statement may be called "prepare".
        var name = tokens.Read();
        if (name.IsWord("prepare"u8) && !tokens.Peek().EndsStatement)
        {
            name = tokens.Read();
        }

        if (!EndsText(tokens))
        {
            return new StatementReading(effects);
        }

        if (name.IsWord("all"u8))
        {
            return new StatementReading(effects, StatementForm.DeallocateAll);
        }

        return name.IsName && SqlTextDecoder.DecodeName(name, buffer, out var decoded) is SqlTextResult.Whole
            ? new StatementReading(effects, StatementForm.Deallocate, Encoding.UTF8.GetString(decoded))
            : new StatementReading(effects);
    }

    private static bool EndsText(SqlTokenizer tokens)
    {
        var token = tokens.Read();
        while (token.IsSymbol(";"u8))
        {
            token = tokens.Read();
        }

        return token.Kind is SqlTokenKind.End;
    }
}
