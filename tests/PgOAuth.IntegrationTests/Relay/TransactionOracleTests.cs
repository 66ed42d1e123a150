using System.Globalization;
using PgOAuth.Samples.Development.Postgres;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>
/// PostgreSQL as the oracle: clients that share server connections by transactions get, for random batches of messages,
/// what each gets on a connection of its own.
/// </summary>
public sealed class TransactionOracleTests
{
    private const int Runs = 8;
    private const int Turns = 300;

    [Fact]
    public async Task A22_RandomBatches_OnSharedConnections_AreAnsweredAsOnConnectionsOfTheirOwn()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { RequireOwnServer = true, InitialSql = ["CREATE TABLE oracle (a int)"] }, cancellationToken);
        var first = int.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_ORACLE_SEED"), out var given) ? given : 1;
        var waits = 0;
        for (var seed = first; seed < first + Runs; seed++)
        {
            using var run = new OracleRun(server.Host, server.Port, seed);
            try
            {
                await run.PlayAsync(Turns, cancellationToken);
                waits += run.Waits;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{error.Message}\nseed {seed.ToString(CultureInfo.InvariantCulture)}:{run.History}", error);
            }
        }

        // Nobody would notice if what these wait for never happened.
        Assert.NotEqual(0, waits);
    }
}
