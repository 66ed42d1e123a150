using System.Collections.Concurrent;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>What became of the statements of a run.</summary>
internal sealed class LeakCounts
{
    private readonly ConcurrentDictionary<string, int> _errors = new();
    private readonly ConcurrentDictionary<string, int> _refusals = new();

    public long Statements;
    public long Parsed;
    public long Allowed;
    public long Executed;
    public long WithRows;
    public long Refused;
    public long Failed;
    public long Ended;
    public long Received;

    public void Error(string? state) => _errors.AddOrUpdate(state ?? "none", 1, static (_, count) => count + 1);

    public void Refusal(string why) => _refusals.AddOrUpdate(why, 1, static (_, count) => count + 1);

    /// <summary>Of each hundred statements.</summary>
    public double Share(long count) => Statements == 0 ? 0 : 100.0 * count / Statements;

    public override string ToString() => FormattableString.Invariant(
        $"""
         {Statements} statements: {Share(Parsed):F1} % parsed, {Share(Allowed):F1} % allowed by the policy; {Share(Executed):F1} % executed ({Share(WithRows):F1} % gave rows), {Share(Refused):F1} % refused with 42501, {Share(Failed):F1} % failed otherwise; {Ended} sessions ended; {Received / 1_000_000} MB searched
         errors: {List(_errors)}
         refusals: {List(_refusals)}
         """);

    private static string List(ConcurrentDictionary<string, int> counts) =>
        string.Join(", ", counts.OrderByDescending(static entry => entry.Value).Take(25).Select(static entry => $"{entry.Key} {entry.Value}"));
}
