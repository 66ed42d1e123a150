using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: one direction of the relay without its input and output: bytes in, a <see cref="RelayAction"/> out. Headers
/// are always read, bodies stream through; only what somebody must see is asked for whole. Any transport can drive it:
/// the stream pumps here, a readiness loop, a test.
/// </summary>
/// <remarks>Not thread-safe; never allocates, blocks or waits.</remarks>
internal abstract class RelayStep : IDisposable
{
    private readonly byte _bulk;
    private readonly byte _otherBulk;
    private readonly uint _maxBulkLength;
    private long _passing;
    private long _dropping;
    private bool _awaitsWhole;

    /// <param name="bulk">A type that passes whatever it holds and changes no state: it is not even classified.</param>
    /// <param name="otherBulk">Another one, or the same.</param>
    /// <param name="maxBulkLength">The longest length field of either that passes so; longer ones are classified.</param>
    protected RelayStep(byte bulk, byte otherBulk, int maxBulkLength)
    {
        _bulk = bulk;
        _otherBulk = otherBulk;
        _maxBulkLength = (uint)maxBulkLength;
    }

    /// <summary>What replaces a message; sent after <see cref="RelayAction.Forward"/> and cleared by the transport.</summary>
    internal MessageWriter Replacement { get; } = new(256);

    /// <summary>Whether everything up to now ended with a whole message.</summary>
    internal bool IsAtBoundary => _passing == 0 && _dropping == 0;

    /// <summary>Looks at what has come.</summary>
    internal RelayAction Step(ReadOnlySpan<byte> input)
    {
        var position = 0;
        while (true)
        {
            if (_dropping > 0)
            {
                // Only a step that starts with bytes to drop drops them; what comes before is sent first.
                var dropped = (int)Math.Min(_dropping, input.Length - position);
                _dropping -= position == 0 ? dropped : 0;
                return new RelayAction(position, position == 0 ? dropped : 0);
            }

            if (_passing > 0)
            {
                var passed = (int)Math.Min(_passing, input.Length - position);
                _passing -= passed;
                position += passed;
                if (_passing > 0)
                {
                    return new RelayAction(position);
                }
            }

            position = PassBulk(input, position);
            var rest = input[position..];
            if (rest.Length < ProtocolConstants.HeaderLength)
            {
                return new RelayAction(position, need: rest.IsEmpty ? 0 : ProtocolConstants.HeaderLength);
            }

            var type = rest[0];
            var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(rest[1..]);
            var disposition = _awaitsWhole ? FrameDisposition.Inspect : Classify(type, length);
            switch (disposition.Kind)
            {
                case FrameKind.Pass:
                    _passing = 1L + length;
                    break;

                case FrameKind.Inspect:
                    var whole = (int)length + 1;
                    _awaitsWhole = rest.Length < whole;
                    if (_awaitsWhole)
                    {
                        return new RelayAction(position, need: whole);
                    }

                    var inspected = Inspect(new MessageFrame(type, rest[ProtocolConstants.HeaderLength..whole]));
                    switch (inspected.Kind)
                    {
                        case FrameKind.Pass:
                            position += whole;
                            break;
                        case FrameKind.PassAndEnd:
                            return new RelayAction(position + whole, end: inspected.End, detail: inspected.Detail);
                        case FrameKind.Replace:
                            return new RelayAction(position, skip: whole);
                        default:
                            return new RelayAction(position, end: inspected.End, detail: inspected.Detail);
                    }

                    break;

                case FrameKind.Replace:
                    // Too long to be read: the replacement goes now, the body is dropped as it comes.
                    _dropping = 1L + length;
                    var now = (int)Math.Min(_dropping, rest.Length);
                    _dropping -= now;
                    return new RelayAction(position, skip: now);

                default:
                    return new RelayAction(position, end: disposition.End, detail: disposition.Detail);
            }
        }
    }

    public void Dispose() => Replacement.Dispose();

    // Rows and copied data come by the million, and most of them whole: the general way would take several times as long.
    private int PassBulk(ReadOnlySpan<byte> input, int position)
    {
        while (input.Length - position >= ProtocolConstants.HeaderLength)
        {
            var type = input[position];
            var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(input[(position + 1)..]);
            if ((type != _bulk && type != _otherBulk) || length < 4 || length > _maxBulkLength || length >= (uint)(input.Length - position))
            {
                break;
            }

            position += (int)length + 1;
        }

        return position;
    }

    /// <summary>Says by type and length what to do with a message. <see cref="FrameKind.Replace"/> must have written the replacement.</summary>
    protected abstract FrameDisposition Classify(byte type, uint length);

    /// <summary>Looks at a whole message.</summary>
    protected abstract FrameDisposition Inspect(in MessageFrame frame);
}
