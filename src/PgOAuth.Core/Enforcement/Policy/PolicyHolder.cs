namespace PgOAuth.Enforcement.Policy;

/// <summary>The policy in force (stage 7): what all sessions look at, and what a reload replaces. Thread-safe.</summary>
internal sealed class PolicyHolder(CompiledPolicy current)
{
    private volatile CompiledPolicy _current = current;

    internal CompiledPolicy Current => _current;

    /// <summary>From now on every session's next message is judged by this one.</summary>
    internal void Use(CompiledPolicy next) => _current = next;
}
