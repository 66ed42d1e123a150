using PgOAuth.Testing;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Hands everything on, but for what is written while it gathers: that goes in one piece.</summary>
internal sealed class GatheringStream(Stream inner) : ConnectionStream
{
    private MemoryStream? _gathered;

    public void Gather() => _gathered = new MemoryStream();

    public async Task SendAsync(CancellationToken cancellationToken)
    {
        var gathered = _gathered!;
        _gathered = null;
        await inner.WriteAsync(gathered.GetBuffer().AsMemory(0, (int)gathered.Length), cancellationToken);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_gathered is null)
        {
            return inner.WriteAsync(buffer, cancellationToken);
        }

        _gathered.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
