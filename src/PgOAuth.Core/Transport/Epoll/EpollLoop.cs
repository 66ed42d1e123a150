using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PgOAuth.Transport.Epoll;

/// <summary>A thread that waits for readiness by <c>epoll</c> and does what became possible. Edge-triggered: no system call re-arms anything.</summary>
internal sealed class EpollLoop : EventLoop, IAsyncDisposable
{
    private const int MaxEvents = 256;

    /// <summary>One round of so many is timed.</summary>
    private const uint LagSample = 16;

    private const ulong WakeKey = ulong.MaxValue;

    private readonly int _epoll;
    private readonly SafeFileHandle _wake;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Slot[] _slots = new Slot[64];
    private int _freeSlot = -1;
    private int _usedSlots;
    private int _isAwake;
    private volatile bool _isStopping;
    private volatile bool _hasEnded;

    /// <param name="number">From 0.</param>
    /// <param name="faulted">Told of an exception that reached the loop: a defect. The loop goes on.</param>
    internal EpollLoop(int number, Action<Exception> faulted)
        : base(number, faulted)
    {
        _epoll = Check(Libc.EpollCreate(Libc.EpollCloseOnExec));
        var wake = Check(Libc.EventFd(0, Libc.EventFdFlags));
        _wake = new SafeFileHandle(wake, ownsHandle: true);
        Control(Libc.EpollAdd, wake, Libc.EpollIn | Libc.EpollEdge, WakeKey);
        _thread = new Thread(Run) { IsBackground = true, Name = $"PgOAuth loop {number}" };
        _thread.Start();
    }

    /// <summary>Watches a descriptor; on the loop only.</summary>
    /// <returns>The key to <see cref="Remove"/> it by.</returns>
    /// <exception cref="SocketException">The loop was stopped, or the kernel has no more room.</exception>
    internal ulong Add(int fd, uint events, IEpollHandler handler)
    {
        if (_isStopping)
        {
            throw new SocketException((int)SocketError.OperationAborted);
        }

        var index = _freeSlot;
        if (index >= 0)
        {
            _freeSlot = _slots[index].NextFree;
        }
        else
        {
            index = _usedSlots++;
            if (index == _slots.Length)
            {
                Array.Resize(ref _slots, _slots.Length * 2);
            }
        }

        ref var slot = ref _slots[index];
        slot.Handler = handler;
        var key = ((ulong)slot.Generation << 32) | (uint)index;
        try
        {
            Control(Libc.EpollAdd, fd, events, key);
        }
        catch
        {
            Free(index);
            throw;
        }

        return key;
    }

    /// <summary>Stops watching; events that were already collected for it are not delivered any more. On the loop only.</summary>
    internal void Remove(int fd, ulong key)
    {
        if (!_hasEnded)
        {
            Control(Libc.EpollDelete, fd, 0, 0);
        }

        Free((int)(uint)key);
    }

    /// <summary>Forgets a descriptor that is about to be closed, which ends the watching of it, too. On the loop only.</summary>
    internal void Forget(ulong key) => Free((int)(uint)key);

    /// <summary>Closes the connections that are still open. What is posted later runs on the thread pool, one piece at a time as ever.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        Interrupt();
        await _ended.Task.ConfigureAwait(false);
        _wake.Dispose();
    }

    protected override void Wake()
    {
        if (_hasEnded)
        {
            QueueTurn();
        }
        else
        {
            Interrupt();
        }
    }

    private unsafe void Run()
    {
        Current = this;
        ExecutionContexts.DoNotFlow();
        var events = (byte*)NativeMemory.Alloc(MaxEvents, (nuint)Libc.EventSize);
        var isBehind = false;
        var round = 0u;
        while (!_isStopping)
        {
            var count = Libc.EpollWait(_epoll, events, MaxEvents, isBehind ? 0 : -1);
            RoundBegins();
            var begun = round++ % LagSample == 0 ? Stopwatch.GetTimestamp() : 0;
            for (var i = 0; i < count; i++)
            {
                var entry = new ReadOnlySpan<byte>(events + (i * Libc.EventSize), Libc.EventSize);
                Dispatch(MemoryMarshal.Read<uint>(entry), MemoryMarshal.Read<ulong>(entry[Libc.EventDataOffset..]));
            }

            // From here on, a post interrupts the next wait.
            Interlocked.Exchange(ref _isAwake, 0);
            isBehind = RunPosted();
            if (begun != 0)
            {
                LagTicks = Stopwatch.GetElapsedTime(begun).Ticks;
            }
        }

        StopHandlers();
        NativeMemory.Free(events);
        Current = null;
        _hasEnded = true;
        _ = Libc.Close(_epoll);
        QueueTurn();
        _ended.TrySetResult();
    }

    private void Dispatch(uint events, ulong key)
    {
        if (key == WakeKey)
        {
            return;
        }

        ref var slot = ref _slots[(int)(uint)key];
        if (slot.Generation == (uint)(key >> 32) && slot.Handler is { } handler)
        {
            try
            {
                handler.OnEvents(events);
            }
            catch (Exception error)
            {
                Fault(error);
            }
        }
    }

    private void StopHandlers()
    {
        for (var i = 0; i < _usedSlots; i++)
        {
            try
            {
                _slots[i].Handler?.OnStopped();
            }
            catch (Exception error)
            {
                Fault(error);
            }
        }
    }

    private unsafe void Interrupt()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            var one = 1UL;
            try
            {
                _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
            }
            catch (ObjectDisposedException)
            {
                // It ended between the question and the answer, and takes what was posted on the thread pool.
                QueueTurn();
            }
        }
    }

    private void Free(int index)
    {
        ref var slot = ref _slots[index];
        slot.Handler = null;
        slot.Generation++;
        slot.NextFree = _freeSlot;
        _freeSlot = index;
    }

    private unsafe void Control(int operation, int fd, uint events, ulong key)
    {
        var data = stackalloc byte[16];
        *(uint*)data = events;
        *(ulong*)(data + Libc.EventDataOffset) = key;
        Check(Libc.EpollControl(_epoll, operation, fd, data));
    }

    private static int Check(int result) => result >= 0 ? result : throw LinuxErrors.ToSocketException(Libc.LastError);

    private struct Slot
    {
        internal IEpollHandler? Handler;
        internal uint Generation;
        internal int NextFree;
    }
}
