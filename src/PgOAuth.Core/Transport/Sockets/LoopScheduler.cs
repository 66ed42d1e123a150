using System.IO.Pipelines;

namespace PgOAuth.Transport.Sockets;

/// <summary>Has whoever waits for one end of a pipe go on where its connection lives by then. At most one waits.</summary>
internal sealed class LoopScheduler(SocketStream stream) : PipeScheduler
{
    private Action<object?>? _action;
    private object? _state;

    public override void Schedule(Action<object?> action, object? state)
    {
        if (!stream.ContinuesOnLoop)
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
            return;
        }

        _action = action;
        _state = state;
        Post();
    }

    private void Post() => stream.Loop.Post(static self => ((LoopScheduler)self!).Run(), this);

    private void Run()
    {
        if (!stream.IsAtHome)
        {
            // It moved since, or is about to arrive here.
            Post();
            return;
        }

        var (action, state) = (_action!, _state);
        _action = null;
        _state = null;
        action(state);
    }
}
