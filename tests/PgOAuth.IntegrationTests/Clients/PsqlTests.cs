using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Certificates;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>The distribution's psql, with the token as password.</summary>
public class PsqlTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Describe_Family_Works(int major)
    {
        var proxy = await proxies.GetAsync(major);
        var result = await RunAsync(
            proxy,
            """
            \conninfo
            \d
            \dt+ sales.*
            \d+ sales.orders
            \dn+
            \du
            \df pg_catalog.now
            \dp sales.*
            \di sales.*
            \ds sales.*
            \dT+ money
            \dx
            \drds
            \sf pg_catalog.lpad(text,integer)
            """);

        result.Expect();
        Assert.DoesNotContain("ERROR", result.Errors, StringComparison.Ordinal);
        Assert.Contains("SSL connection", result.Output, StringComparison.Ordinal);
        Assert.Contains("orders_customer", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"orders_pkey\" PRIMARY KEY", result.Output, StringComparison.Ordinal);
        Assert.Contains("pgoauth_service", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Copy_InAndOut_KeepsEveryByte(int major)
    {
        var proxy = await proxies.GetAsync(major);
        var lines = string.Concat(Enumerable.Range(1, 5000).Select(static n => $"{n}\tgrüße {n} \\\\N;Q\n"));
        var folder = Directory.CreateTempSubdirectory("pgoauth-copy-");
        try
        {
            var source = Path.Combine(folder.FullName, "in");
            var target = Path.Combine(folder.FullName, "out");
            await File.WriteAllTextAsync(source, lines, Cancellation);
            var result = await RunAsync(
                proxy,
                $"""
                 create table copied (id int, said text);
                 \copy copied from '{source}'
                 \copy (select * from copied order by id) to '{target}'
                 select count(*) as counted, sum(id) from copied;
                 copy copied from stdin;
                 5001	from the script
                 \.
                 copy (select said from copied where id = 5001) to stdout;
                 drop table copied;
                 """);

            result.Expect();
            Assert.Equal(lines, await File.ReadAllTextAsync(target, Cancellation));
            Assert.Contains("COPY 5000", result.Output, StringComparison.Ordinal);
            Assert.Contains("12502500", result.Output, StringComparison.Ordinal);
            Assert.Contains("\nfrom the script\n", result.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task LargeObjects_InAndOut_KeepEveryByte(int major)
    {
        var proxy = await proxies.GetAsync(major);
        var bytes = new byte[300_000];
        new Random(18).NextBytes(bytes);
        var folder = Directory.CreateTempSubdirectory("pgoauth-lo-");
        try
        {
            var source = Path.Combine(folder.FullName, "in");
            var target = Path.Combine(folder.FullName, "out");
            await File.WriteAllBytesAsync(source, bytes, Cancellation);
            var result = await RunAsync(
                proxy,
                $"""
                 \lo_import '{source}'
                 \lo_export :LASTOID '{target}'
                 \lo_unlink :LASTOID
                 \set ON_ERROR_STOP 0
                 \lo_export :LASTOID '{target}-gone'
                 select 'and on' as goes;
                 """);

            result.Expect();
            Assert.Equal(bytes, await File.ReadAllBytesAsync(target, Cancellation));
            Assert.Contains("lo_unlink", result.Output, StringComparison.Ordinal);
            Assert.Contains("does not exist", result.Errors, StringComparison.Ordinal);
            Assert.Contains("and on", result.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Errors_AndNotices_ArriveWithAllTheirFields(int major)
    {
        var proxy = await proxies.GetAsync(major);
        var result = await RunAsync(
            proxy,
            """
            \set ON_ERROR_STOP 0
            \set VERBOSITY verbose
            select 1 / 0;
            select * from nowhere;
            insert into sales.orders (id, customer, total) values (1, 'twice', 1);
            drop table if exists nowhere;
            begin;
            select nonsense();
            select 1;
            rollback;
            set role analyst;
            select 'and on' as goes;
            """);

        result.Expect();
        Assert.Contains("22012: division by zero", result.Errors, StringComparison.Ordinal);
        Assert.Contains("42P01: relation \"nowhere\" does not exist\nLINE 1: select * from nowhere;\n                      ^", result.Errors, StringComparison.Ordinal);
        Assert.Contains("CONSTRAINT NAME:  orders_pkey", result.Errors, StringComparison.Ordinal);
        Assert.Contains("NOTICE:  00000: table \"nowhere\" does not exist, skipping", result.Errors, StringComparison.Ordinal);
        Assert.Contains("25P02: current transaction is aborted", result.Errors, StringComparison.Ordinal);
        Assert.Contains("42501:", result.Errors, StringComparison.Ordinal);
        Assert.Contains("and on", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Notifications_OfAnotherSession_AreSeen(int major)
    {
        var proxy = await proxies.GetAsync(major);
        await using var listener = await StartAsync(proxy);
        await listener.WriteAsync("listen news;\n\\echo listening\n", Cancellation);
        await listener.WaitForAsync("listening", Cancellation);

        (await RunAsync(proxy, "notify news, 'fresh';")).Expect();
        await listener.WriteAsync("select 1;\n", Cancellation);
        var heard = (await listener.FinishAsync(Cancellation)).Expect();

        Assert.Contains("Asynchronous notification \"news\" with payload \"fresh\" received", heard.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Interrupt_CancelsTheStatement(int major)
    {
        var proxy = await proxies.GetAsync(major);
        await using var client = await StartAsync(proxy);
        await client.WriteAsync("select 'ready' as state;\nselect pg_sleep(110);\n", Cancellation);
        await client.WaitForAsync("ready", Cancellation);
        await Backends.WaitUntilActiveAsync(proxy, "%pg_sleep(110)%", Cancellation);

        await client.SignalAsync("INT", Cancellation);

        // An interrupt ends a psql that reads a script; that sessions go on is shown with libpq.
        var result = (await client.FinishAsync(Cancellation)).Expect(3);
        Assert.Contains("ERROR:  canceling statement due to user request", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsRefusedByTheClient()
    {
        var proxy = await proxies.GetAsync(18);
        using var other = DevelopmentCertificateAuthority.Create();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, other.CertificatePem, Cancellation);
            var result = await RunAsync(proxy, "select 1;", proxy.ForLibpq().Replace(proxy.AuthorityPath, file, StringComparison.Ordinal));

            result.Expect(2);
            Assert.Contains("certificate verify failed", result.Errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A04_TokenOverPlaintext_IsNotEvenAskedFor()
    {
        var proxy = await proxies.GetAsync(18);
        var result = await RunAsync(proxy, "select 1;", proxy.ForLibpq().Replace("sslmode=verify-full", "sslmode=disable", StringComparison.Ordinal));

        result.Expect(2);
        Assert.Contains("access tokens are accepted over TLS only", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndpointThatTakesBoth_AsksAnOldPsqlForThePassword()
    {
        var proxy = await proxies.GetAsync(18, TokenExchange.Both);
        var result = await RunAsync(proxy, "select current_user;");

        result.Expect();
        Assert.Contains("engineer", result.Output, StringComparison.Ordinal);
    }

    private static async Task<ClientProcess> StartAsync(ProxyHost proxy, string? connection = null) => ClientProcess.Start(
        await ClientTools.PsqlAsync(),
        ["-X", "-v", "ON_ERROR_STOP=1", "-P", "pager=off", "-d", connection ?? proxy.ForLibpq()],
        new Dictionary<string, string> { ["PGPASSWORD"] = proxy.EngineerToken() });

    private static async Task<ClientResult> RunAsync(ProxyHost proxy, string script, string? connection = null)
    {
        await using var client = await StartAsync(proxy, connection);
        try
        {
            await client.WriteAsync(script + "\n", Cancellation);
        }
        catch (IOException)
        {
            // It ended before it read its input: what it said tells why.
        }

        return await client.FinishAsync(Cancellation);
    }
}
