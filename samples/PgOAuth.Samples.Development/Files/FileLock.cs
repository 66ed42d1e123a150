namespace PgOAuth.Samples.Development.Files;

/// <summary>An exclusive lock between processes, held as long as this object lives and released by the kernel when its process dies.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _stream;

    private FileLock(FileStream stream)
    {
        _stream = stream;
    }

    /// <summary>Takes the lock, or returns null when another process has it or the file may not be opened.</summary>
    public static FileLock? TryAcquire(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static async Task<FileLock> AcquireAsync(string path, Action? waiting, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
            {
                waiting?.Invoke();
                waiting = null;
                await Task.Delay(Retry, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
    }
}
