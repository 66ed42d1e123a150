namespace PgOAuth.Options;

/// <summary>What moves the bytes between clients, proxy and servers.</summary>
public enum TransportKind
{
    /// <summary><see cref="Loop"/> where there is one, <see cref="Socket"/> elsewhere.</summary>
    Auto,

    /// <summary>Readiness loops on <c>epoll</c>, one thread each. Linux on x64 and Arm64.</summary>
    Loop,

    /// <summary>.NET's asynchronous sockets. Every system.</summary>
    Socket,
}
