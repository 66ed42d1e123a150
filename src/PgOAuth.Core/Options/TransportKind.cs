namespace PgOAuth.Options;

/// <summary>What moves the bytes between clients, proxy and servers.</summary>
public enum TransportKind
{
    /// <summary><see cref="Loop"/> on Linux, <see cref="Socket"/> elsewhere.</summary>
    Auto,

    /// <summary>Readiness loops on <c>epoll</c>, one thread each. Linux only.</summary>
    Loop,

    /// <summary>.NET's asynchronous sockets. Every system.</summary>
    Socket,
}
