namespace PgOAuth.Enforcement;

/// <summary>Writes into a fixed buffer and remembers that more came (stage 7).</summary>
internal ref struct ByteSink
{
    private readonly Span<byte> _buffer;

    internal ByteSink(Span<byte> buffer) => _buffer = buffer;

    internal int Length { get; private set; }

    internal bool IsFull { get; private set; }

    internal readonly SqlTextResult Result => IsFull ? SqlTextResult.Partial : SqlTextResult.Whole;

    internal void Add(byte value)
    {
        if (Length == _buffer.Length)
        {
            IsFull = true;
            return;
        }

        _buffer[Length] = value;
        Length++;
    }

    internal void Add(scoped ReadOnlySpan<byte> values)
    {
        foreach (var value in values)
        {
            Add(value);
        }
    }
}
