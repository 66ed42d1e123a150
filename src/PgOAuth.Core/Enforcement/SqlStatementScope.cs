namespace PgOAuth.Enforcement;

/// <summary>Follows one statement to the semicolon that ends it (stage 7). One in brackets, as in CREATE RULE … DO (…; …), does not.</summary>
internal struct SqlStatementScope
{
    private int _depth;

    /// <summary>Whether the token is behind the statement rather than part of it. Takes every token of the statement in order.</summary>
    internal bool EndsWith(in SqlToken token)
    {
        if (token.Kind is SqlTokenKind.End)
        {
            return true;
        }

        if (token.Kind is not SqlTokenKind.Punctuation)
        {
            return false;
        }

        if (token.IsSymbol("("u8))
        {
            _depth++;
        }
        else if (token.IsSymbol(")"u8) && _depth > 0)
        {
            _depth--;
        }

        return _depth == 0 && token.IsSymbol(";"u8);
    }
}
