using PgOAuth.Enforcement.Policy;

namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7: errors whose DETAIL shows the row or the key that violates a constraint, with columns that the statement does not name (D41).
/// </summary>
internal static class RowDetails
{
    /// <summary>Whether errors of this state show rows: violated constraints, and the check options of views.</summary>
    internal static bool AreShownBy(ReadOnlySpan<byte> sqlState) => sqlState.StartsWith("23"u8) || sqlState.StartsWith("44"u8);

    /// <summary>Whether the session may read all of the table.</summary>
    /// <param name="context">What it may do; null when nobody knows.</param>
    /// <param name="schema">As the error names it.</param>
    /// <param name="table">As the error names it.</param>
    internal static bool MayBeShown(GateContext? context, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> table)
    {
        if (context is null || schema.IsEmpty || table.IsEmpty || context.Catalog.FindRelation(schema, table) is not { } relation)
        {
            return false;
        }

        var whole = PolicyRequest.OfRelation(StatementPermissions.Select, relation).Whole();
        return whole.FindDenial(context.Grant.Deny) is null
            && whole.FindAllowance(context.Grant.Allow, context.Grant.Policy.Baseline) is not null;
    }
}
