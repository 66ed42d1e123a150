namespace PgOAuth.Upstream.Scram;

/// <summary>Stage 5: the GS2 header of a SCRAM exchange and what it binds to (RFC 5802 section 6).</summary>
internal readonly struct ScramBinding
{
    private readonly byte[]? _data;

    private ScramBinding(string gs2Header, byte[]? data)
    {
        Gs2Header = gs2Header;
        _data = data;
    }

    internal const string PlainMechanism = "SCRAM-SHA-256";
    internal const string PlusMechanism = "SCRAM-SHA-256-PLUS";

    /// <summary>The client cannot or will not bind.</summary>
    internal static ScramBinding None => new("n,,", null);

    /// <summary>The client could bind, but the server did not offer it; a server that did sees the downgrade.</summary>
    internal static ScramBinding NotOffered => new("y,,", null);

    internal static ScramBinding TlsServerEndPoint(byte[] certificateHash) => new("p=tls-server-end-point,,", certificateHash);

    internal string Gs2Header { get; }

    internal ReadOnlySpan<byte> Data => _data;

    internal bool IsBound => _data is not null;

    internal string Mechanism => IsBound ? PlusMechanism : PlainMechanism;
}
