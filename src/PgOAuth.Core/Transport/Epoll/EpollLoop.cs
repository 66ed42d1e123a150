using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PgOAuth.Transport.Epoll;

/// <summary>A thread that waits for readiness by <c>epoll</c> and does what became possible. Edge-triggered: no system call re-arms anything.</summary>
internal sealed class EpollLoop : EventLoop, IAsyncDisposable
{
    private const int MaxEvents = 256;
    private const ulong WakeKey = ulong.MaxValue;

    private readonly int _epoll;
    private readonly SafeFileHandle _wake;
    private readonly Thread _thread;
    private readonly Action<Exception> _faulted;
    private readonly ConcurrentQueue<WorkItem> _outside = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Slot[] _slots = new Slot[64];
    private int _freeSlot = -1;
    private int _usedSlots;
    private int _isAwake;
    private volatile bool _stopping;

    /// <param name="number">From 0.</param>
    /// <param name="faulted">Told of an exception that reached the loop: a defect. The loop goes on.</param>
    internal EpollLoop(int number, Action<Exception> faulted)
        : base(number)
    {
        _faulted = faulted;
        _epoll = Check(Libc.EpollCreate(Libc.EpollCloseOnExec));
        var wake = Check(Libc.EventFd(0, Libc.EventFdFlags));
        _wake = new SafeFileHandle(wake, ownsHandle: true);
        Control(Libc.EpollAdd, wake, Libc.EpollIn | Libc.EpollEdge, WakeKey);
        _thread = new Thread(Run) { IsBackground = true, Name = $"PgOAuth loop {number}" };
        _thread.Start();
    }

    /// <summary>Watches a descriptor; on the loop only.</summary>
    /// <returns>The key to <see cref="Remove"/> it by.</returns>
    internal ulong Add(int fd, uint events, IEpollHandler handler)
    {
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
        Control(Libc.EpollDelete, fd, 0, 0);
        Free((int)(uint)key);
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        Wake();
        await _ended.Task.ConfigureAwait(false);
        _wake.Dispose();
    }

    protected override void PostFromOutside(WorkItem item)
    {
        if (_stopping)
        {
            // Whoever still waits for the loop finds its connections closed, and must learn it.
            ThreadPool.UnsafeQueueUserWorkItem(static item => item.Run(), item, preferLocal: false);
            return;
        }

        _outside.Enqueue(item);
        Wake();
    }

    private unsafe void Run()
    {
        Current = this;
        var events = (byte*)NativeMemory.Alloc(MaxEvents, (nuint)Libc.EventSize);
        var isBehind = false;
        while (!_stopping)
        {
            var count = Libc.EpollWait(_epoll, events, MaxEvents, isBehind ? 0 : -1);
            var begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                var entry = new ReadOnlySpan<byte>(events + (i * Libc.EventSize), Libc.EventSize);
                Dispatch(MemoryMarshal.Read<uint>(entry), MemoryMarshal.Read<ulong>(entry[Libc.EventDataOffset..]));
            }

            isBehind = RunPosted();
            LagTicks = Stopwatch.GetElapsedTime(begun).Ticks;
        }

        while (RunPosted())
        {
        }

        NativeMemory.Free(events);
        _ = Libc.Close(_epoll);
        Current = null;
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
                // Sessions catch what is theirs; what comes here would otherwise end the process.
                _faulted(error);
            }
        }
    }

    private bool RunPosted()
    {
        Interlocked.Exchange(ref _isAwake, 0);
        try
        {
            while (_outside.TryDequeue(out var item))
            {
                item.Run();
            }

            return RunLocal();
        }
        catch (Exception error)
        {
            _faulted(error);
            return true;
        }
    }

    private unsafe void Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            var one = BitConverter.IsLittleEndian ? 1UL : BinaryPrimitives.ReverseEndianness(1UL);
            _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
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

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Libc.LastError);

    private struct Slot
    {
        internal IEpollHandler? Handler;
        internal uint Generation;
        internal int NextFree;
    }
}
