namespace PgOAuth.Testing.Enforcement;

/// <summary>Lists of statements written one per line, control characters as their pictures.</summary>
internal static class StatementLines
{
    internal static IEnumerable<string> Of(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')
            .Replace('␊', '\n').Replace('␍', '\r').Replace('␉', '\t').Replace('␋', '\v').Replace('␀', '\0'));
}
