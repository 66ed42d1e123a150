using Npgsql;
using NpgsqlTypes;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Npgsql with several connections, on server connections that are shared.</summary>
public abstract class NpgsqlInPoolsTests(ClassProxies proxies)
{
    private const int Connections = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Prepared_OnManyConnections_EachExecutesItsOwn(int major)
    {
        await using var source = await SourceAsync(major);
        await ForEachAsync(source, static async (connection, n) =>
        {
            // The driver calls the statements of every connection _p1, _p2 and so on.
            await using var command = new NpgsqlCommand($"select @turn + {n}", connection);
            command.Parameters.Add("turn", NpgsqlDbType.Integer);
            await command.PrepareAsync(Cancellation);
            for (var turn = 0; turn < 50; turn++)
            {
                command.Parameters[0].Value = turn;
                Assert.Equal(turn + n, await command.ExecuteScalarAsync(Cancellation));
            }

            await command.UnprepareAsync(Cancellation);
            Assert.Equal(49 + n, await command.ExecuteScalarAsync(Cancellation));
        });
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task AutoPrepared_WithMoreTextsThanItKeeps_EachExecutesItsOwn(int major)
    {
        await using var source = await SourceAsync(major, static builder =>
        {
            builder.MaxAutoPrepare = 3;
            builder.AutoPrepareMinUsages = 2;
        });
        await ForEachAsync(source, static async (connection, n) =>
        {
            for (var turn = 0; turn < 60; turn++)
            {
                await using var command = new NpgsqlCommand($"select @turn + {n} /* {turn % 5} */", connection);
                command.Parameters.AddWithValue("turn", turn);
                Assert.Equal(turn + n, await command.ExecuteScalarAsync(Cancellation));
            }
        });
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(18, false)]
    [InlineData(18, true)]
    public async Task Multiplexing_OnMoreConnectionsThanThePools_EachGetsItsOwnAnswer(int major, bool isPrepared)
    {
        await using var source = await SourceAsync(major, builder =>
        {
            builder.Multiplexing = true;
            builder.MaxPoolSize = Connections;
            builder.MaxAutoPrepare = isPrepared ? 5 : 0;
        });

        await ManyCommands.EachGetsItsOwnAnswerAsync(source, Cancellation);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task BatchesTransactionsAndCopy_SideBySide_KeepApart(int major)
    {
        var proxy = await proxies.GetAsync(major);
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, $"drop table if exists kept; create table kept (n int, i int primary key); grant all on kept to {TestRoles.Engineer}", Cancellation);
        await using var source = await SourceAsync(major);
        await ForEachAsync(source, static async (connection, n) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            await using (var import = await connection.BeginBinaryImportAsync("copy kept from stdin (format binary)", Cancellation))
            {
                for (var i = 0; i < 200; i++)
                {
                    await import.WriteRowAsync(Cancellation, n, (n * 1000) + i);
                }

                await import.CompleteAsync(Cancellation);
            }

            await transaction.SaveAsync("before", Cancellation);
            await using var wrong = new NpgsqlBatch(connection) { BatchCommands = { new($"insert into kept values ({n}, {(n * 1000) + 500})"), new($"insert into kept values ({n}, {n * 1000})") } };
            Assert.Equal(PostgresErrorCodes.UniqueViolation, (await Assert.ThrowsAsync<PostgresException>(() => wrong.ExecuteNonQueryAsync(Cancellation))).SqlState);
            await transaction.RollbackAsync("before", Cancellation);
            await transaction.CommitAsync(Cancellation);

            await using var good = new NpgsqlBatch(connection) { BatchCommands = { new($"select count(*) from kept where n = {n}"), new("select 2") } };
            Assert.Equal(200L, await good.ExecuteScalarAsync(Cancellation));
        });
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Cancellation_OfOne_LeavesTheOthersAlone(int major)
    {
        var proxy = await proxies.GetAsync(major);
        await using var source = await SourceAsync(major);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand("select pg_sleep(112)", connection);
        using var impatience = new CancellationTokenSource();
        var running = command.ExecuteNonQueryAsync(impatience.Token);
        await Backends.WaitUntilActiveAsync(proxy, "%pg_sleep(112)%", Cancellation);
        var beside = ForEachAsync(source, static async (other, n) =>
        {
            for (var turn = 0; turn < 30; turn++)
            {
                Assert.Equal(n, await ScalarAsync(other, $"select {n} from pg_sleep(0.005)"));
            }
        });
        await impatience.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(PostgresErrorCodes.QueryCanceled, Assert.IsType<PostgresException>(cancelled.InnerException).SqlState);
        await beside;
        Assert.Equal("engineer", await ScalarAsync(connection, "select current_user"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ItsOwnPool_WithAndWithoutReset_GivesBackASessionThatKnowsWhoItIs(bool noReset)
    {
        await using var source = await SourceAsync(18, builder =>
        {
            builder.MaxPoolSize = 1;
            builder.NoResetOnClose = noReset;
        });
        for (var turn = 0; turn < 3; turn++)
        {
            await using var connection = await source.OpenConnectionAsync(Cancellation);
            Assert.Equal("bob engineer", await ScalarAsync(connection, "select concat(current_setting('pgoauth.sub'), ' ', current_user)"));
            if (noReset)
            {
                // With statements prepared, the driver's reset has a RESET ALL in it, which is refused.
                await using var prepared = new NpgsqlCommand("select 42", connection);
                await prepared.PrepareAsync(Cancellation);
                Assert.Equal(42, await prepared.ExecuteScalarAsync(Cancellation));
            }
        }
    }

    private static Task ForEachAsync(NpgsqlDataSource source, Func<NpgsqlConnection, int, Task> action) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(async n =>
        {
            await using var connection = await source.OpenConnectionAsync(Cancellation);
            await action(connection, n);
        }));

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private async Task<NpgsqlDataSource> SourceAsync(int major, Action<NpgsqlConnectionStringBuilder>? configure = null)
    {
        var proxy = await proxies.GetAsync(major);
        var connection = proxy.ForNpgsql(token: proxy.EngineerToken());
        configure?.Invoke(connection);
        return NpgsqlDataSource.Create(connection);
    }
}
