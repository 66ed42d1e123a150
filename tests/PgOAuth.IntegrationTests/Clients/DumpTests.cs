using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>pg_dump and pg_restore of the distribution, through the proxy as a role that was assumed.</summary>
public sealed class DumpTests(ClassProxies proxies) : IClassFixture<ClassProxies>, IDisposable
{
    private const string Content =
        """
        create schema archive;
        create type archive.mood as enum ('good', 'bad');
        create sequence archive.numbers start 1000;
        create table archive.people (id bigint primary key default nextval('archive.numbers'), name text not null check (name <> ''), mood archive.mood, photo bytea, since date default current_date);
        create table archive.letters (id int generated always as identity primary key, writer bigint references archive.people on delete cascade, said text) partition by range (id);
        create table archive.letters_early partition of archive.letters for values from (1) to (500);
        create table archive.letters_late partition of archive.letters default;
        create index letters_said on archive.letters (lower(said));
        create view archive.happy as select name from archive.people where mood = 'good';
        create materialized view archive.counted as select mood, count(*) from archive.people group by mood;
        comment on table archive.people is 'people, with a '' quote; and a semicolon';
        alter table archive.people enable row level security;
        create policy everybody on archive.people using (true);
        grant select on archive.people to analyst;
        insert into archive.people (name, mood, photo) select 'person ' || n || E'\n\t\\', case when n % 3 = 0 then 'good' else 'bad' end::archive.mood, decode(md5(n::text), 'hex') from generate_series(1, 200) n;
        insert into archive.letters (writer, said) select 1000 + n % 200, repeat('dear ', n % 10) from generate_series(1, 1000) n;
        """;

    private const string Digest =
        "select md5(string_agg(p::text, '' order by id)) || (select md5(string_agg(l::text, '' order by id)) from archive.letters l) || (select count(*) from archive.happy) from archive.people p";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgoauth-dump-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PlainDump_IsReadBackByPsql(bool isGated)
    {
        await using var from = await StartAsync(isGated);
        await using var to = await StartAsync(isGated);
        (await RunAsync("psql", from, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", Content, "-d", from.ForLibpq())).Expect();

        var file = Path.Combine(_folder.FullName, "plain.sql");
        (await RunAsync("pg_dump", from, "--schema=archive", "-f", file, "-d", from.ForLibpq())).Expect();
        (await RunAsync("psql", to, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, "-d", to.ForLibpq())).Expect();

        await ExpectSameAsync(from, to);
    }

    [Theory]
    [InlineData("c", "1", false)]
    [InlineData("d", "2", false)]
    [InlineData("d", "2", true)]
    public async Task ArchiveDump_IsRestored(string format, string jobs, bool isGated)
    {
        await using var from = await StartAsync(isGated);
        await using var to = await StartAsync(isGated);
        (await RunAsync("psql", from, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", Content, "-d", from.ForLibpq())).Expect();

        var file = Path.Combine(_folder.FullName, "archive-" + format);
        (await RunAsync("pg_dump", from, "--schema=archive", "-F", format, "-j", jobs, "-f", file, "-d", from.ForLibpq())).Expect();
        (await RunAsync("pg_restore", to, "--exit-on-error", "-j", jobs, "-d", to.ForLibpq(), file)).Expect();

        await ExpectSameAsync(from, to);
    }

    [Fact]
    public async Task Role_OfTheDumpPrograms_IsRefusedAndSaysSo()
    {
        var proxy = await proxies.GetAsync(15);
        var refused = await RunAsync("pg_dump", proxy, "--role=analyst", "-d", proxy.ForLibpq());

        refused.Expect(1);
        Assert.Contains("role", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("SET ROLE", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_AreDumped_ButNotRestoredThroughTheProxy()
    {
        await using var from = await proxies.Shared.StartProxyAsync(15, cancellationToken: Cancellation);
        await using var to = await proxies.Shared.StartProxyAsync(15, cancellationToken: Cancellation);
        await ProxyFixture.ExecuteAsync(
            from.Server, from.Database, "set role engineer; create schema code; create function code.twice(n int) returns int language sql as 'select n * 2'; create table code.kept (n int)", Cancellation);
        var file = Path.Combine(_folder.FullName, "code");
        (await RunAsync("pg_dump", from, "--schema=code", "-F", "c", "-f", file, "-d", from.ForLibpq())).Expect();

        var restored = await RunAsync("pg_restore", to, "-d", to.ForLibpq(), file);
        restored.Expect(1);
        Assert.Contains("CREATE FUNCTION code.twice", restored.Errors, StringComparison.Ordinal);
        Assert.Equal("kept", await ProxyFixture.ScalarAsync(to.Server, to.Database, "select relname::text from pg_class where relnamespace = 'code'::regnamespace", Cancellation));
    }

    private Task<ProxyHost> StartAsync(bool isGated) =>
        proxies.Shared.StartProxyAsync(15, new ProxyHostOptions { Configure = isGated ? ToolPolicy.Apply : null }, Cancellation);

    private static async Task ExpectSameAsync(ProxyHost from, ProxyHost to)
    {
        var expected = await ProxyFixture.ScalarAsync(from.Server, from.Database, Digest, Cancellation);
        Assert.NotNull(expected);
        Assert.Equal(expected, await ProxyFixture.ScalarAsync(to.Server, to.Database, Digest, Cancellation));
        Assert.Equal("engineer", await ProxyFixture.ScalarAsync(to.Server, to.Database, "select tableowner::text from pg_tables where tablename = 'people'", Cancellation));
        Assert.Equal("people, with a ' quote; and a semicolon", await ProxyFixture.ScalarAsync(to.Server, to.Database, "select obj_description('archive.people'::regclass)", Cancellation));
    }

    private static async Task<ClientResult> RunAsync(string program, ProxyHost proxy, params string[] arguments)
    {
        var path = program == "psql" ? await ClientTools.PsqlAsync() : await ClientTools.PostgresProgramAsync(program, 15);
        return await ClientProcess.RunAsync(
            path, arguments, new Dictionary<string, string> { ["PGPASSWORD"] = proxy.EngineerToken() }, input: null, Cancellation);
    }
}
