using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: what one step of the relay has done with its input so far. What passes is only counted until something was
/// replaced; behind that it is copied, because an action has one place for what is not forwarded as it is.
/// </summary>
internal ref struct StepOutput
{
    private readonly MessageWriter _replacement;
    private int _forward;
    private bool _hasDropped;

    internal StepOutput(MessageWriter replacement) => _replacement = replacement;

    /// <summary>How much of the input is dealt with.</summary>
    internal int Position { get; private set; }

    /// <summary>Whether what passes can be forwarded as it is.</summary>
    internal readonly bool IsDirect => !_hasDropped && _replacement.Length == 0;

    internal void Pass(ReadOnlySpan<byte> input, int count)
    {
        if (count == 0)
        {
            return;
        }

        if (IsDirect)
        {
            _forward += count;
        }
        else
        {
            _replacement.WriteBytes(input.Slice(Position, count));
        }

        Position += count;
    }

    internal void Drop(int count)
    {
        _hasDropped = true;
        Position += count;
    }

    internal readonly RelayAction ToAction(int need = 0) => new(_forward, Position - _forward, need);

    internal readonly RelayAction ToAwait(Awaited awaits) => new(_forward, Position - _forward, awaits: awaits);

    internal readonly RelayAction ToEnd(in FrameDisposition disposition) =>
        new(_forward, Position - _forward, end: disposition.End);
}
