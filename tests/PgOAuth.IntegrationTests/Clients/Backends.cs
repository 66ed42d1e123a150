using PgOAuth.IntegrationTests.Fixtures;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>What the server itself says about the sessions of a proxy.</summary>
internal static class Backends
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a statement like this runs.</summary>
    public static Task WaitUntilActiveAsync(ProxyHost proxy, string like, CancellationToken cancellationToken) =>
        WaitAsync(proxy, $"select exists (select from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and datname = current_database() and query like '{like}')", $"no statement like {like} ran", cancellationToken);

    /// <summary>Waits until no session of the service login is left in the database, or only so many.</summary>
    public static Task WaitUntilGoneAsync(ProxyHost proxy, CancellationToken cancellationToken, int except = 0) =>
        WaitAsync(proxy, $"select count(*) <= {except} from pg_stat_activity where datname = current_database() and usename = '{TestRoles.Service}'", "sessions were left on the server", cancellationToken);

    private static async Task WaitAsync(ProxyHost proxy, string question, string otherwise, CancellationToken cancellationToken)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (await ProxyFixture.ScalarAsync(proxy.Server, proxy.Database, question, cancellationToken) is not true)
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new TimeoutException($"In {Patience.TotalSeconds} s {otherwise}.");
            }

            await Task.Delay(20, cancellationToken);
        }
    }
}
