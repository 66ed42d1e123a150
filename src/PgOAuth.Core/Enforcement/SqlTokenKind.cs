namespace PgOAuth.Enforcement;

/// <summary>What PostgreSQL's scanner would call a piece of SQL text. <c>default</c> is what cannot be read.</summary>
internal enum SqlTokenKind
{
    /// <summary>Unterminated, outside the language, or read differently by different server versions.</summary>
    Unreadable,

    /// <summary>End of the text.</summary>
    End,

    /// <summary>An unquoted identifier or keyword.</summary>
    Word,

    /// <summary>"A quoted identifier".</summary>
    QuotedName,

    /// <summary>U&amp;"A quoted identifier with Unicode escapes".</summary>
    UnicodeName,

    /// <summary>'A string', backslashes being ordinary.</summary>
    String,

    /// <summary>E'A string with backslash escapes'.</summary>
    EscapeString,

    /// <summary>U&amp;'A string with Unicode escapes'.</summary>
    UnicodeString,

    /// <summary>$tag$A string$tag$.</summary>
    DollarString,

    /// <summary>B'01' or X'1F'.</summary>
    BitString,

    /// <summary>An unsigned number.</summary>
    Number,

    /// <summary>$1 and so on.</summary>
    Parameter,

    /// <summary>One or more operator characters.</summary>
    Operator,

    /// <summary>, ( ) [ ] . ; : and the pairs :: and := and ..</summary>
    Punctuation,
}
