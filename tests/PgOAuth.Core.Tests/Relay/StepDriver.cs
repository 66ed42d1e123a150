using PgOAuth.Relay;
using PgOAuth.Sessions;

namespace PgOAuth.Relay;

/// <summary>Drives a <see cref="RelayStep"/> as a transport does, with input that comes in pieces of a given size.</summary>
internal sealed class StepDriver(RelayStep step)
{
    private readonly List<byte> _pending = [];

    internal List<byte> Output { get; } = [];

    internal SessionEndReason End { get; private set; }

    internal string? Detail { get; private set; }

    internal StepDriver Feed(ReadOnlySpan<byte> input, int pieces = int.MaxValue)
    {
        while (!input.IsEmpty && End == SessionEndReason.None)
        {
            var count = Math.Min(pieces, input.Length);
            _pending.AddRange(input[..count]);
            input = input[count..];
            Run();
        }

        return this;
    }

    private void Run()
    {
        while (_pending.Count > 0)
        {
            var action = step.Step(_pending.ToArray());
            Output.AddRange(_pending[..action.Forward]);
            Output.AddRange(step.Replacement.WrittenSpan);
            step.Replacement.Clear();
            _pending.RemoveRange(0, action.Forward + action.Skip);
            (End, Detail) = (action.End?.Reason ?? SessionEndReason.None, action.End?.Detail);
            if (End != SessionEndReason.None || action.Forward + action.Skip == 0)
            {
                return;
            }
        }
    }
}
