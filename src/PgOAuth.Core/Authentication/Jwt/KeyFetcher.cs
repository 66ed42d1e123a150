using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: asks an issuer for its keys, once, within five seconds. Every failure is a null and a line in the log.</summary>
internal sealed class KeyFetcher(JwtIssuer issuer, IssuerHttpClient http, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>For metadata and keys together; Neon's proxy allows as much.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    internal async Task<KeySet?> FetchAsync(bool hasLastKnownGood, CancellationToken stopping)
    {
        string reason;
        Exception? exception = null;
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            (var keys, reason) = await FetchAsync(either.Token).ConfigureAwait(false);
            if (keys is not null)
            {
                return keys;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            reason = "no complete answer within five seconds";
        }
        catch (Exception e)
        {
            // Whatever goes wrong on the way must not end the logins that wait for it: without keys they are refused anyway.
            reason = "the request failed";
            exception = e;
        }

        Log.KeyFetchFailed(logger, issuer.Name, reason, hasLastKnownGood ? "in use" : "none", exception);
        return null;
    }

    public void Dispose() => http.Dispose();

    private async Task<(KeySet? Keys, string Reason)> FetchAsync(CancellationToken cancellationToken)
    {
        var address = issuer.KeyAddress;
        if (address is null)
        {
            var metadata = await http.GetAsync(issuer.MetadataAddress!, cancellationToken).ConfigureAwait(false);
            if (!metadata.IsPresent)
            {
                return (null, "metadata: " + metadata.Reason);
            }

            if (!IssuerMetadata.TryReadKeyAddress(metadata.Body, issuer, out address, out var metadataReason))
            {
                return (null, metadataReason);
            }
        }

        var document = await http.GetAsync(address, cancellationToken).ConfigureAwait(false);
        if (!document.IsPresent)
        {
            return (null, "key set: " + document.Reason);
        }

        return JwksDocument.TryParse(document.Body, issuer, (index, why) => Log.KeyIgnored(logger, issuer.Name, index, why), out var keys, out var reason)
            ? (keys, "")
            : (null, reason);
    }
}
