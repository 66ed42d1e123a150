namespace PgOAuth.Protocol;

/// <summary>Numbers of the wire protocol, with their source in PostgreSQL.</summary>
internal static class ProtocolConstants
{
    /// <summary>Type byte and length.</summary>
    internal const int HeaderLength = 5;

    /// <summary>Startup packet, length included (MAX_STARTUP_PACKET_LENGTH 10,000 and the length itself).</summary>
    internal const int MaxStartupLength = 10_004;

    /// <summary>PQ_LARGE_MESSAGE_LIMIT: MaxAllocSize - 1.</summary>
    internal const int LargeMessageLimit = 0x3fffffff - 1;

    /// <summary>PQ_SMALL_MESSAGE_LIMIT.</summary>
    internal const int SmallMessageLimit = 10_000;

    /// <summary>PG_MAX_AUTH_TOKEN_LENGTH.</summary>
    internal const int MaxAuthTokenLength = 65_535;

    /// <summary>NAMEDATALEN - 1.</summary>
    internal const int MaxNameBytes = 63;

    /// <summary>Secret of a cancel key in protocol 3.0.</summary>
    internal const int CancelKeyLength30 = 4;

    /// <summary>Secret of a cancel key in protocol 3.2, as PostgreSQL 18 makes them.</summary>
    internal const int CancelKeyLength32 = 32;

    /// <summary>Longest secret of a cancel key in protocol 3.2.</summary>
    internal const int MaxCancelKeyLength = 256;

    internal const int Version30 = 0x00030000;
    internal const int Version32 = 0x00030002;
    internal const int CancelRequestCode = 80877102;
    internal const int SslRequestCode = 80877103;
    internal const int GssEncRequestCode = 80877104;

    /// <summary>The first byte of a TLS record that holds a ClientHello.</summary>
    internal const byte TlsHandshakeRecord = 0x16;
}
