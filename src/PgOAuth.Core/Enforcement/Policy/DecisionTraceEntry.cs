namespace PgOAuth.Enforcement.Policy;

/// <summary>One thing that a statement needs, and what the policy says of it.</summary>
/// <param name="Subject">What it needs, in words.</param>
/// <param name="Start">Where it stands in the text, in bytes.</param>
/// <param name="End">The byte after it.</param>
/// <param name="Rule">The rule that allows it; null when none does.</param>
/// <param name="Refusal">Why it is refused; null when it is allowed.</param>
internal sealed record DecisionTraceEntry(string Subject, int Start, int End, CompiledRule? Rule, PolicyRefusal? Refusal);
