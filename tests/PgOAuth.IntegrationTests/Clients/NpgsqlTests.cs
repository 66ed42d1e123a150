using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Npgsql, with tokens from a password provider.</summary>
public class NpgsqlTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task PeriodicPasswordProvider_NewConnections_BringNewTokens(int major)
    {
        await using var proxy = await proxies.Shared.StartProxyAsync(
            major, new ProxyHostOptions { Database = await proxies.DatabaseAsync(major) }, Cancellation);
        var issued = 0;
        var builder = new NpgsqlDataSourceBuilder(proxy.ForNpgsql().ConnectionString);
        builder.UsePeriodicPasswordProvider(
            (_, _) =>
            {
                Interlocked.Increment(ref issued);
                return ValueTask.FromResult(proxy.EngineerToken());
            },
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromMilliseconds(100));
        await using var source = builder.Build();

        // Both are open at once, so the second is not the first one out of the pool.
        await using var first = await source.OpenConnectionAsync(Cancellation);
        var before = Volatile.Read(ref issued);
        while (Volatile.Read(ref issued) < before + 2)
        {
            await Task.Delay(20, Cancellation);
        }

        await using var second = await source.OpenConnectionAsync(Cancellation);
        Assert.Equal("engineer", await ScalarAsync(first, "select current_user"));
        Assert.Equal("engineer", await ScalarAsync(second, "select current_user"));
        var records = await proxy.Audit.WaitForAsync(2, Cancellation);
        Assert.All(records, static record => Assert.Equal("allowed", record.Reason));
        Assert.Equal(2, records.Select(static record => record.TokenId).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Pool_GivesBackACleanSession_OfTheSameRole(int major)
    {
        await using var source = await SourceAsync(major, static builder => builder.MaxPoolSize = 1);
        object? backend;
        await using (var first = await source.OpenConnectionAsync(Cancellation))
        {
            backend = await ScalarAsync(first, "select pg_backend_pid()");
            await ExecuteAsync(first, "set application_name = 'dirty'");
            await ExecuteAsync(first, "create temporary table left_behind ()");
            await using var prepared = new NpgsqlCommand("select $1 + 1", first) { Parameters = { new() { Value = 41 } } };
            await prepared.PrepareAsync(Cancellation);
            Assert.Equal(42, await prepared.ExecuteScalarAsync(Cancellation));
        }

        await using var second = await source.OpenConnectionAsync(Cancellation);
        Assert.Equal(backend, await ScalarAsync(second, "select pg_backend_pid()"));
        Assert.Equal("engineer", await ScalarAsync(second, "select current_user"));
        Assert.NotEqual("dirty", await ScalarAsync(second, "show application_name"));
        Assert.Null(await ScalarAsync(second, "select to_regclass('left_behind')::text") as string);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Multiplexing_ManyCommandsOnFewConnections_EachGetsItsOwnAnswer(int major)
    {
        await using var source = await SourceAsync(major, static builder =>
        {
            builder.Multiplexing = true;
            builder.MaxPoolSize = 2;
        });

        await ManyCommands.EachGetsItsOwnAnswerAsync(source, Cancellation);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Batch_ThatFailsInTheMiddle_IsRolledBackAsAWhole(int major)
    {
        await using var source = await SourceAsync(major);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(connection, "create temporary table batched (n int primary key)");
        await using (var good = new NpgsqlBatch(connection) { BatchCommands = { new("insert into batched values (1)"), new("insert into batched values (2)"), new("select sum(n) from batched") } })
        await using (var reader = await good.ExecuteReaderAsync(Cancellation))
        {
            Assert.True(await reader.ReadAsync(Cancellation));
            Assert.Equal(3, reader.GetInt64(0));
        }

        await using var bad = new NpgsqlBatch(connection) { BatchCommands = { new("insert into batched values (3)"), new("insert into batched values (1)"), new("insert into batched values (4)") } };
        var failed = await Assert.ThrowsAsync<PostgresException>(() => bad.ExecuteNonQueryAsync(Cancellation));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, failed.SqlState);
        Assert.Equal(2L, await ScalarAsync(connection, "select count(*) from batched"));
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task BinaryCopy_ThereAndBack_KeepsEveryValue(int major)
    {
        const int Rows = 20_000;
        await using var source = await SourceAsync(major);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(connection, "create temporary table copied (n int, said text, raw bytea, at timestamptz)");
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await using (var import = await connection.BeginBinaryImportAsync("copy copied from stdin (format binary)", Cancellation))
        {
            for (var n = 0; n < Rows; n++)
            {
                await import.StartRowAsync(Cancellation);
                await import.WriteAsync(n, Cancellation);
                await import.WriteAsync("row " + n.ToString(CultureInfo.InvariantCulture), Cancellation);
                await import.WriteAsync(new byte[] { (byte)n, 0x51, 0, 0, 0, 5 }, Cancellation);
                await import.WriteAsync(start.AddSeconds(n), NpgsqlDbType.TimestampTz, Cancellation);
            }

            Assert.Equal((ulong)Rows, await import.CompleteAsync(Cancellation));
        }

        await using var export = await connection.BeginBinaryExportAsync("copy (select * from copied order by n) to stdout (format binary)", Cancellation);
        var read = 0;
        while (await export.StartRowAsync(Cancellation) != -1)
        {
            Assert.Equal(read, await export.ReadAsync<int>(Cancellation));
            Assert.Equal("row " + read.ToString(CultureInfo.InvariantCulture), await export.ReadAsync<string>(Cancellation));
            Assert.Equal((byte)read, (await export.ReadAsync<byte[]>(Cancellation))[0]);
            Assert.Equal(start.AddSeconds(read), await export.ReadAsync<DateTime>(NpgsqlDbType.TimestampTz, Cancellation));
            read++;
        }

        Assert.Equal(Rows, read);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Notification_ReachesAWaitingConnection(int major)
    {
        await using var source = await SourceAsync(major);
        await using var listener = await source.OpenConnectionAsync(Cancellation);
        var heard = new TaskCompletionSource<string>();
        listener.Notification += (_, notification) => heard.TrySetResult(notification.Payload);
        await ExecuteAsync(listener, "listen npgsql_news");

        await using var notifier = source.CreateCommand("select pg_notify('npgsql_news', 'fresh')");
        await notifier.ExecuteNonQueryAsync(Cancellation);
        await listener.WaitAsync(Cancellation);
        Assert.Equal("fresh", await heard.Task);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Cancellation_StopsTheStatementAndKeepsTheConnection(int major)
    {
        var proxy = await proxies.GetAsync(major);
        await using var source = await SourceAsync(major);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        using var impatience = new CancellationTokenSource();
        await using var command = new NpgsqlCommand("select pg_sleep(111)", connection);
        var running = command.ExecuteNonQueryAsync(impatience.Token);
        await Backends.WaitUntilActiveAsync(proxy, "%pg_sleep(111)%", Cancellation);

        await impatience.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(PostgresErrorCodes.QueryCanceled, Assert.IsType<PostgresException>(cancelled.InnerException).SqlState);
        Assert.Equal("engineer", await ScalarAsync(connection, "select current_user"));
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task LargeValue_ThereAndBack_IsTheSame(int major)
    {
        var value = new byte[48 * 1024 * 1024];
        new Random(7).NextBytes(value);
        await using var source = await SourceAsync(major);
        await using var command = source.CreateCommand("select $1, md5($1)");
        command.Parameters.AddWithValue(value);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));

        var answer = await reader.GetFieldValueAsync<byte[]>(0, Cancellation);
        Assert.True(value.AsSpan().SequenceEqual(answer));
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task StatementThatLeavesTheRole_IsRefusedAsPostgresItselfWould(int major)
    {
        await using var source = await SourceAsync(major);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(connection, "create table rolled_back ()");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, "set role analyst"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        var aborted = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, "select 1"));
        Assert.Equal(PostgresErrorCodes.InFailedSqlTransaction, aborted.SqlState);

        await transaction.RollbackAsync(Cancellation);
        Assert.Null(await ScalarAsync(connection, "select to_regclass('rolled_back')::text") as string);
        Assert.Equal("engineer", await ScalarAsync(connection, "select current_user"));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private async Task<NpgsqlDataSource> SourceAsync(int major, Action<NpgsqlConnectionStringBuilder>? configure = null)
    {
        var proxy = await proxies.GetAsync(major);
        var connection = proxy.ForNpgsql();
        configure?.Invoke(connection);
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        builder.UsePeriodicPasswordProvider((_, _) => ValueTask.FromResult(proxy.EngineerToken()), TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(5));
        return builder.Build();
    }
}
