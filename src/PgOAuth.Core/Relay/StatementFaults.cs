using PgOAuth.Protocol.Backend;

namespace PgOAuth.Relay;

/// <summary>Reads a <see cref="StatementFault"/> from an error (stage 6).</summary>
internal static class StatementFaults
{
    internal static StatementFault Of(in ErrorResponse error) => error.SqlState switch
    {
        var state when state.SequenceEqual("0A000"u8) && error.Routine.SequenceEqual("RevalidateCachedQuery"u8) => StatementFault.PlanChanged,
        var state when state.SequenceEqual("26000"u8) => StatementFault.Missing,
        var state when state.SequenceEqual("42P05"u8) => StatementFault.Duplicate,
        _ => StatementFault.None,
    };
}
