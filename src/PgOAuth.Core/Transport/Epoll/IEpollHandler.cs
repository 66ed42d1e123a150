namespace PgOAuth.Transport.Epoll;

/// <summary>Told by its loop what became possible on its file descriptor.</summary>
internal interface IEpollHandler
{
    void OnEvents(uint events);

    /// <summary>The loop ends: no event comes any more.</summary>
    void OnStopped();
}
