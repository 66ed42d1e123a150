using System.Numerics;

namespace PgOAuth.Enforcement.Policy;

/// <summary>The words of the policy for <see cref="StatementPermissions"/>, in any case of letters.</summary>
internal static class StatementPermissionNames
{
    private static readonly string[] Words =
    [
        "select", "insert", "update", "delete", "merge", "truncate", "copy", "call", "lock", "ddl", "grant", "maintain",
        "DangerousCode", "DangerousServer", "DangerousRoles", "DangerousNotifications", "DangerousFunctions",
    ];

    /// <summary>Every word, in the order of the bits.</summary>
    internal static IReadOnlyList<string> All => Words;

    internal static bool TryParse(string word, out StatementPermissions permissions)
    {
        if (word == "*")
        {
            permissions = StatementPermissions.Everything;
            return true;
        }

        var index = Array.FindIndex(Words, known => known.Equals(word, StringComparison.OrdinalIgnoreCase));
        permissions = index < 0 ? StatementPermissions.None : (StatementPermissions)(1 << index);
        return index >= 0;
    }

    /// <summary>The word of one permission; of several, that of the first.</summary>
    internal static string Of(StatementPermissions permission) =>
        permission == StatementPermissions.None ? "nothing" : Words[BitOperations.TrailingZeroCount((int)permission)];

    /// <summary>The words of all of them, as the policy would write them.</summary>
    internal static IEnumerable<string> ListOf(StatementPermissions permissions)
    {
        if ((permissions & StatementPermissions.Everything) == StatementPermissions.Everything)
        {
            yield return "*";
            permissions &= ~StatementPermissions.Everything;
        }

        for (var bit = 0; bit < Words.Length; bit++)
        {
            if (((int)permissions & (1 << bit)) != 0)
            {
                yield return Words[bit];
            }
        }
    }
}
