using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;
using Xunit;

namespace PgOAuth.IntegrationTests.Sequences;

/// <summary>
/// PostgreSQL as the oracle: each sequence of messages is answered through the proxy as it is without, in every pool mode
/// and on both transports. In between another session uses the same server connections and the same statement names.
/// </summary>
public sealed class SequenceTests(ProxyFixture fixture)
{
    public static TheoryData<TransportKind, PoolMode> Kinds { get; } = new MatrixTheoryData<TransportKind, PoolMode>(
        [TransportKind.Auto, TransportKind.Socket], [PoolMode.None, PoolMode.Session, PoolMode.Transaction]);

    private static Sequence Rival { get; } = new("rival", "C S|s\n C S|known\n P s|select 'rival'\n P known|select 'rival', $1|25\n P |select 'rival'\n B |s\n E\n B |known|x\n E\n S\n Q set application_name = 'rival'\n ? ZZ");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A19_Sequences_ThroughTheProxy_AreAnsweredAsWithoutIt(TransportKind transport, PoolMode mode)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var options = new ProxyHostOptions
        {
            Configure = proxy =>
            {
                proxy.Transport.Kind = transport;
                proxy.Endpoints[0].DangerousAllowTokensWithoutTls = true;
                proxy.Pool.Mode = mode;
                proxy.Pool.Size = mode == PoolMode.Transaction ? 1 : 2;
            },
        };
        await using var proxy = await fixture.StartProxyAsync(18, options, cancellation);
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, $"create table demo (id int primary key, said text); grant all on demo to {TestRoles.Engineer}", cancellation);
        await using var rival = await SequencePlayer.ThroughAsync(proxy, Token(proxy, "rival"));
        var superuser = new Npgsql.NpgsqlConnectionStringBuilder(proxy.Server.ConnectionString).Username!;
        var differences = new List<string>();
        foreach (var sequence in Sequences.All)
        {
            await using var direct = await SequencePlayer.DirectAsync(proxy.Server.Host, proxy.Server.Port, superuser, proxy.Database);
            var expected = await direct.PlayAsync(sequence);
            await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, "truncate demo", cancellation);

            await using var through = await SequencePlayer.ThroughAsync(proxy, Token(proxy, "player"));
            var actual = await through.PlayAsync(sequence, () => rival.PlayAsync(Rival));
            await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, "truncate demo", cancellation);
            if (!expected.SequenceEqual(actual))
            {
                differences.Add($"{sequence.Name}\n  expected {string.Join(" / ", expected)}\n  actual   {string.Join(" / ", actual)}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(10))}");
    }

    private static string Token(ProxyHost proxy, string subject) =>
        proxy.Issuer.IssueToken(DevelopmentTokenRequest.For(DevelopmentPerson.Find("bob")!) with { Subject = subject });
}
