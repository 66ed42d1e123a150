using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;

namespace PgOAuth.Auditing;

/// <summary>Stage 8: what a record says of statements, as one line for people. Sinks get all of it.</summary>
internal static class StatementAuditLine
{
    private const int MaxStatements = 4;
    private const int MaxAccesses = 16;
    private const int MaxChars = 2_000;

    /// <summary>SelectStmt [fingerprint] "select id from orders": allowed …, by …; refused …, needs ….</summary>
    internal static string Describe(StatementAuditRecord record)
    {
        if (record.Statements.Count == 0)
        {
            return record.TextLength == 0 ? "no text" : $"a text of {record.TextLength} bytes";
        }

        // One that is refused is what people look for.
        var statements = record.Statements.OrderBy(static statement => statement.IsAllowed).Take(MaxStatements).ToArray();
        var text = new StringBuilder();
        foreach (var statement in statements)
        {
            text.Append(text.Length == 0 ? "" : " | ").Append(statement.Kind).Append(" [").Append(statement.Fingerprint).Append("] \"");
            text.Append(SafeText.Clean(statement.Text, MaxChars)).Append("\": ");
            Append(text, statement);
        }

        if (record.HasMoreStatements || record.Statements.Count > statements.Length)
        {
            text.Append(" | and more statements");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, AuditedStatement statement)
    {
        var shown = statement.Accesses.OrderBy(static access => access.IsAllowed).Take(MaxAccesses).ToArray();
        for (var i = 0; i < shown.Length; i++)
        {
            var access = shown[i];
            text.Append(i == 0 ? "" : "; ").Append(access.IsAllowed ? "allowed " : "refused ").Append(SafeText.Clean(access.Need, MaxChars));
            text.Append(Why(access));
        }

        if (statement.HasMoreAccesses || statement.Accesses.Count > shown.Length)
        {
            text.Append("; and more");
        }
    }

    private static string Why(StatementAccess access) =>
        access.Rule is { } rule ? access.Scope is { } scope ? $", by scope {scope}, {rule}" : $", by {rule}"
        : access.NeededScopes.Count > 0 ? ", needs scope " + string.Join(" or ", access.NeededScopes)
        : access.Reason == "not_granted" ? ", no scope allows it"
        : access.Reason == "not_understood" ? ", not understood"
        : ", never allowed";
}
