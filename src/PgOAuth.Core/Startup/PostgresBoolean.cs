namespace PgOAuth.Startup;

/// <summary>Reads a Boolean setting as PostgreSQL's parse_bool does: unique prefixes, any case.</summary>
internal static class PostgresBoolean
{
    /// <summary>True, false, or null when it is neither.</summary>
    internal static bool? Parse(string value)
    {
        if (IsPrefix(value, "true", 1) || IsPrefix(value, "yes", 1) || IsPrefix(value, "on", 2) || value == "1")
        {
            return true;
        }

        if (IsPrefix(value, "false", 1) || IsPrefix(value, "no", 1) || IsPrefix(value, "off", 2) || value == "0")
        {
            return false;
        }

        return null;
    }

    private static bool IsPrefix(string value, string word, int minimum) =>
        value.Length >= minimum && word.StartsWith(value, StringComparison.OrdinalIgnoreCase);
}
