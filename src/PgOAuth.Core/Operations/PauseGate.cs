namespace PgOAuth.Operations;

/// <summary>Stage 5: holds clients back that want a server connection of a database that is paused. Thread-safe.</summary>
internal sealed class PauseGate
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _databases = new(StringComparer.Ordinal);
    private bool _all;
    private volatile bool _isAnyPaused;
    private TaskCompletionSource _resumed = NewSource();

    /// <summary>Whether anything is paused.</summary>
    internal bool IsAnyPaused => _isAnyPaused;

    /// <summary>Whether clients of the database, as they call it, must wait. Costs one read while nothing is paused.</summary>
    internal bool IsPaused(string database)
    {
        if (!_isAnyPaused)
        {
            return false;
        }

        lock (_lock)
        {
            return _all || _databases.Contains(database);
        }
    }

    /// <summary>Waits until the database is not paused.</summary>
    internal ValueTask WaitAsync(string database, CancellationToken cancellationToken) =>
        IsPaused(database) ? WaitForResumeAsync(database, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Closes the gate; null for all databases. False when somebody has closed it before.</summary>
    internal bool Pause(string? database)
    {
        lock (_lock)
        {
            var isNew = database is null ? !_all : _databases.Add(database);
            _all |= database is null;
            _isAnyPaused = true;
            return isNew;
        }
    }

    /// <summary>Opens the gate; null for whatever is paused. False when nothing was.</summary>
    internal bool Resume(string? database)
    {
        lock (_lock)
        {
            var wasPaused = database is null ? _isAnyPaused : _databases.Remove(database);
            if (!wasPaused)
            {
                return false;
            }

            if (database is null)
            {
                _all = false;
                _databases.Clear();
            }

            Open();
            return true;
        }
    }

    /// <summary>Takes back one <see cref="Pause"/>, and nobody else's.</summary>
    internal void Undo(string? database)
    {
        lock (_lock)
        {
            if (database is null)
            {
                _all = false;
            }
            else
            {
                _databases.Remove(database);
            }

            Open();
        }
    }

    // Whoever waits looks whether it was meant.
    private void Open()
    {
        _isAnyPaused = _all || _databases.Count > 0;
        _resumed.SetResult();
        _resumed = NewSource();
    }

    private async ValueTask WaitForResumeAsync(string database, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task resumed;
            lock (_lock)
            {
                if (!_all && !_databases.Contains(database))
                {
                    return;
                }

                resumed = _resumed.Task;
            }

            await resumed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
