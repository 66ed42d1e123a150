using System.Buffers;

namespace PgOAuth.Enforcement;

/// <summary>The character classes of PostgreSQL's scanner (stage 7).</summary>
internal static class SqlCharacters
{
    /// <summary>Operator characters that let an operator end in + or - (scan.l, rule "operator").</summary>
    internal static readonly SearchValues<byte> NotInSqlOperators = SearchValues.Create("~!@#^&|`?%"u8);

    private static readonly SearchValues<byte> _operators = SearchValues.Create("~!@#^&|`?+-*/%<>="u8);

    // Every byte of a character beyond ASCII counts, as in scan.l: no-break spaces and byte order marks are parts of names.
    internal static bool StartsName(byte value) => char.IsAsciiLetter((char)value) || value is (byte)'_' or >= 0x80;

    internal static bool ContinuesTag(byte value) => StartsName(value) || char.IsAsciiDigit((char)value);

    internal static bool ContinuesName(byte value) => ContinuesTag(value) || value == '$';

    internal static bool IsOperator(byte value) => _operators.Contains(value);
}
