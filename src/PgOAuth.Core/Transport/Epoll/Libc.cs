using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PgOAuth.Transport.Epoll;

/// <summary>The C library's calls that the epoll loop needs, with their Linux constants.</summary>
internal static unsafe partial class Libc
{
    internal const int EpollCloseOnExec = 0x80000;
    internal const int EventFdFlags = 0x80000 | 0x800;
    internal const int SocketFlags = 0x80000 | 0x800;

    internal const int EpollAdd = 1;
    internal const int EpollDelete = 2;

    internal const uint EpollIn = 0x001;
    internal const uint EpollOut = 0x004;
    internal const uint EpollError = 0x008;
    internal const uint EpollHangUp = 0x010;
    internal const uint EpollReadHangUp = 0x2000;
    internal const uint EpollExclusive = 1u << 28;
    internal const uint EpollEdge = 1u << 31;

    internal const int PeekFlag = 2;
    internal const int NoSignal = 0x4000;
    internal const int ShutdownWrite = 1;
    internal const int ShutdownBoth = 2;

    internal const int Interrupted = 4;
    internal const int BadDescriptor = 9;
    internal const int TryAgain = 11;
    internal const int BadArgument = 22;
    internal const int NotSocket = 88;
    internal const int NotListening = 95;
    internal const int ConnectionAborted = 103;
    internal const int InProgress = 115;

    internal const int SolSocket = 1;
    internal const int SoError = 4;

    private static readonly nint _receiveFrom = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 45 : 207;
    private static readonly nint _sendTo = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 44 : 206;

    /// <summary>The kernel packs the structure on x86-64 and nowhere else (linux/eventpoll.h).</summary>
    internal static int EventSize { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    internal static int EventDataOffset { get; } = EventSize - 8;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int epoll, int operation, int fd, byte* data);

    /// <summary>Nobody asks why it gave nothing: the only reason is a signal.</summary>
    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    internal static partial int EpollWait(int epoll, byte* events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    /// <summary>
    /// recv and send let a thread be cancelled while they wait, and pay for that each time, twice: here nobody waits in them and nobody is
    /// cancelled. So the kernel is called by the number, as seldom as that is a good idea (asm/unistd.h).
    /// </summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number, nint fd, byte* buffer, nint length, nint flags, nint address, nint addressLength);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle fd, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(int fd, byte* address, int* addressLength, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int fd, byte* address, int addressLength);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int fd, int level, int name, byte* value, int* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int fd, int level, int name, byte* value, int length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int fd, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);

    /// <summary>The accepted socket is non-blocking and not inherited by child processes.</summary>
    internal static int Accept(int fd, Span<byte> address, out int addressLength)
    {
        var length = address.Length;
        fixed (byte* start = address)
        {
            var client = Accept(fd, start, &length, SocketFlags);
            addressLength = Math.Min(length, address.Length);
            return client;
        }
    }

    internal static int Connect(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address)
        {
            return Connect(fd, start, address.Length);
        }
    }

    internal static void SetOption(int fd, int level, int name, int value) => _ = SetOption(fd, level, name, (byte*)&value, sizeof(int));

    /// <summary>What became of a connect: 0, or the error's number.</summary>
    internal static int PendingError(int fd)
    {
        var error = 0;
        var length = sizeof(int);
        return GetOption(fd, SolSocket, SoError, (byte*)&error, &length) == 0 ? error : LastError;
    }

    /// <summary>What was read, or the error's number below zero: asking for it costs something, and it is rare.</summary>
    internal static nint Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var count = Call(_receiveFrom, fd, start, buffer.Length, 0, 0, 0);
            return count >= 0 ? count : -Marshal.GetLastSystemError();
        }
    }

    /// <summary>1 when there is something to read, 0 at the end, or the error's number below zero.</summary>
    internal static nint Peek(int fd)
    {
        byte first;
        var count = Call(_receiveFrom, fd, &first, 1, PeekFlag, 0, 0);
        return count >= 0 ? count : -Marshal.GetLastSystemError();
    }

    /// <summary>What was sent, or the error's number below zero.</summary>
    internal static nint Send(int fd, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var count = Call(_sendTo, fd, start, buffer.Length, NoSignal, 0, 0);
            return count >= 0 ? count : -Marshal.GetLastSystemError();
        }
    }

    internal static int LastError => Marshal.GetLastPInvokeError();
}
