using System.Runtime.InteropServices;
using PgOAuth.Options;
using PgOAuth.Transport.Epoll;
using PgOAuth.Transport.Sockets;

namespace PgOAuth.Transport;

/// <summary>Chooses how sockets are waited for.</summary>
internal static class TransportFactory
{
    /// <summary>Whether this machine can have epoll loops: Linux, on a processor whose kernel structures are known.</summary>
    internal static bool HasLoops { get; } = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <param name="options">Checked before.</param>
    /// <param name="faulted">Told of an exception that reached a loop: a defect. The loop goes on.</param>
    internal static ITransport Create(TransportOptions options, Action<Exception> faulted)
    {
        var loops = options.Loops > 0 ? options.Loops : Environment.ProcessorCount;
        return options.Kind == TransportKind.Socket || !HasLoops ? new SocketTransport(loops, faulted) : new EpollTransport(loops, faulted);
    }
}
