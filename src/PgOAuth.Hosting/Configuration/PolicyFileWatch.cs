using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Options;

namespace PgOAuth.Configuration;

/// <summary>
/// Has a proxy read its settings again when its policy file no longer holds what is in force. The file is read now and then, because
/// what containers mount changes by links, which the system reports for no file. A content that was refused is tried once.
/// </summary>
internal sealed class PolicyFileWatch : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly PgOAuthProxy _proxy;
    private readonly string _proxyName;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private string? _seen;
    private string? _tried;
    private int _isBusy;

    internal PolicyFileWatch(PgOAuthProxy proxy, string proxyName, TimeProvider time, ILogger logger)
    {
        _proxy = proxy;
        _proxyName = proxyName;
        _logger = logger;
        _timer = time.CreateTimer(static watch => _ = ((PolicyFileWatch)watch!).LookAsync(), this, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private async Task LookAsync()
    {
        if (_proxy.WrittenPolicy.File is not { } file || Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            return;
        }

        try
        {
            // Twice the same before it counts: a file that is being written is no policy yet.
            var now = LoadedPolicy.FingerprintOf(file) ?? "";
            var isSettled = now == _seen;
            _seen = now;
            if (now == _proxy.WrittenPolicy.Fingerprint)
            {
                _tried = null;
            }
            else if (isSettled && now != _tried)
            {
                _tried = now;
                HostingLog.PolicyFileChanged(_logger, file, _proxyName);
                await _proxy.ReloadAsync().ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            // Nobody awaits this, and the next change is to be seen too.
            HostingLog.PolicyFileNotUsed(_logger, error, file, _proxyName);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }
}
