using System.Buffers.Binary;
using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: one direction of the relay without its input and output: bytes in, a <see cref="RelayAction"/> out. Headers
/// are always read, bodies stream through; only what somebody must see is asked for whole. Any transport can drive it:
/// a readiness loop, streams, a test.
/// </summary>
/// <remarks>Not thread-safe; never blocks or waits, and allocates only what a new statement or setting takes.</remarks>
internal abstract class RelayStep : IDisposable
{
    // Behind a replacement, whole messages are copied after it, so that a batch goes out in one piece; beyond this much
    // input, sending in two pieces is cheaper.
    private const int MaxCopied = 8192;

    private readonly byte _bulk;
    private readonly byte _otherBulk;
    private readonly uint _maxBulkLength;
    private long _passing;
    private long _dropping;
    private FrameKind _awaited;

    /// <param name="bulk">A type that passes whatever it holds and changes no state: it is not even classified.</param>
    /// <param name="otherBulk">Another one, or the same.</param>
    /// <param name="maxBulkLength">The longest length field of either that passes so; longer ones are classified.</param>
    protected RelayStep(byte bulk, byte otherBulk, int maxBulkLength)
    {
        _bulk = bulk;
        _otherBulk = otherBulk;
        _maxBulkLength = (uint)maxBulkLength;
    }

    /// <summary>What replaces messages, and what the proxy adds; sent after <see cref="RelayAction.Forward"/> and cleared by the transport.</summary>
    internal MessageWriter Replacement { get; } = new(0);

    /// <summary>Whether everything up to now ended with a whole message.</summary>
    internal bool IsAtBoundary => _passing == 0 && _dropping == 0;

    /// <summary>Whether bulk messages may pass unclassified now.</summary>
    protected abstract bool PassesBulk { get; }

    /// <summary>Looks at what has come.</summary>
    internal RelayAction Step(ReadOnlySpan<byte> input)
    {
        // What passes is counted as long as nothing stands in the replacement, and copied behind it from then on.
        var output = new StepOutput(Replacement);
        while (true)
        {
            var left = input.Length - output.Position;
            if (_dropping > 0)
            {
                var dropped = (int)Math.Min(_dropping, left);
                _dropping -= dropped;
                output.Drop(dropped);
                left -= dropped;
                if (_dropping > 0)
                {
                    return output.ToAction();
                }
            }

            if (_passing > 0)
            {
                var passed = (int)Math.Min(_passing, left);
                _passing -= passed;
                output.Pass(input, passed);
                if (_passing > 0)
                {
                    return output.ToAction();
                }
            }

            if (output.IsDirect && PassesBulk)
            {
                output.Pass(input, BulkLength(input[output.Position..]));
            }

            var rest = input[output.Position..];
            if (rest.Length < ProtocolConstants.HeaderLength)
            {
                return output.ToAction(rest.IsEmpty ? 0 : ProtocolConstants.HeaderLength);
            }

            if (!output.IsDirect && output.Position > 0 && rest.Length > MaxCopied)
            {
                return output.ToAction();
            }

            var type = rest[0];
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest[1..]);
            var disposition = Decide(type, length, rest);
            switch (disposition.Kind)
            {
                case FrameKind.Pass:
                    _passing = 1L + length;
                    break;

                case FrameKind.Replace:
                    _dropping = 1L + length;
                    break;

                case FrameKind.ReplaceHead:
                    _dropping = disposition.Count;
                    _passing = 1L + length - disposition.Count;
                    break;

                case FrameKind.NeedMore:
                    return output.ToAction(disposition.Count);

                case FrameKind.NeedServer:
                    return output.ToAwait(Awaited.Server);

                case FrameKind.NeedPolicy:
                    return output.ToAwait(Awaited.Policy);

                case FrameKind.NeedReply:
                    return output.ToAwait(Awaited.Reply);

                default:
                    return output.ToEnd(disposition);
            }
        }
    }

    public void Dispose() => Replacement.Dispose();

    /// <summary>Says by type and length what to do with a message, or what of it must be seen. <see cref="FrameKind.Replace"/> must have written the replacement.</summary>
    /// <remarks>Is asked again when it, or an inspection, says that something is needed first.</remarks>
    protected abstract FrameDisposition Classify(byte type, uint length);

    /// <summary>Looks at a whole message.</summary>
    protected abstract FrameDisposition Inspect(in MessageFrame frame);

    /// <summary>Looks at the beginning of a message that may be long; asked again with more when it says <see cref="FrameKind.NeedMore"/>.</summary>
    /// <param name="type">The type byte.</param>
    /// <param name="length">The length field.</param>
    /// <param name="body">What has come of the body.</param>
    protected abstract FrameDisposition InspectHead(byte type, uint length, ReadOnlySpan<byte> body);

    private FrameDisposition Decide(byte type, uint length, ReadOnlySpan<byte> rest)
    {
        var disposition = _awaited switch
        {
            FrameKind.Inspect => FrameDisposition.Inspect,
            FrameKind.InspectHead => FrameDisposition.InspectHead,
            _ => Classify(type, length),
        };
        var whole = 1L + length;
        if (disposition.Kind is FrameKind.Inspect)
        {
            disposition = rest.Length < whole
                ? FrameDisposition.NeedMore((int)whole)
                : Inspect(new MessageFrame(type, rest[ProtocolConstants.HeaderLength..(int)whole]));
            _awaited = disposition.Kind is FrameKind.NeedMore ? FrameKind.Inspect : default;
        }
        else if (disposition.Kind is FrameKind.InspectHead)
        {
            disposition = InspectHead(type, length, rest[ProtocolConstants.HeaderLength..(int)Math.Min(whole, rest.Length)]);
            _awaited = disposition.Kind is FrameKind.NeedMore ? FrameKind.InspectHead : default;
        }

        return disposition;
    }

    // Rows and copied data come by the million, and most of them whole: the general way would take several times as long.
    private int BulkLength(ReadOnlySpan<byte> input)
    {
        var position = 0;
        while (input.Length - position >= ProtocolConstants.HeaderLength)
        {
            var type = input[position];
            var length = BinaryPrimitives.ReadUInt32BigEndian(input[(position + 1)..]);
            if ((type != _bulk && type != _otherBulk) || length < 4 || length > _maxBulkLength || length >= (uint)(input.Length - position))
            {
                break;
            }

            position += (int)length + 1;
        }

        return position;
    }
}
