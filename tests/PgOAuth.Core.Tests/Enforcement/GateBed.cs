using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;
using PgOAuth.Testing;

namespace PgOAuth.Enforcement;

/// <summary>
/// A session at the gate without a network: <c>public.orders (id, note)</c> and <c>public.salaries (pay)</c>. The scope <c>read</c> may read these columns
/// until the policy changes; the scope <c>admin</c> may do everything that is not dangerous.
/// </summary>
internal sealed class GateBed : ICatalogSource, IDisposable
{
    private readonly StatementPolicyOptions _policy = new();
    private string _note = "note";
    private CatalogContent _content;

    internal GateBed(GateMode mode = GateMode.Enforce, params string[] scopes)
    {
        _content = Build();
        _policy.AddScope("read", static scope => scope.Select("public.salaries").Select("public.orders").Columns("id", "note"));
        _policy.AddScope("admin", static scope => scope.Everything());
        Policies = new PolicyHolder(PolicyCompiler.Compile(_policy, ShippedBaseline.Instance));
        Catalogs = new CatalogCache(this, new CatalogLimits(), Time, static (_, _) => { });
        Subject = new GateSubject(CatalogTestBed.Key, "app", new CatalogSearchPath("public"), mode, scopes.Length == 0 ? ["read"] : scopes, null);
        Gate = NewGate();
    }

    internal ManualTimeProvider Time { get; } = new();

    internal PgOAuthMetrics Metrics { get; } = new(null, "");

    internal PolicyHolder Policies { get; }

    internal CatalogCache Catalogs { get; }

    internal GateSubject Subject { get; }

    internal SessionGate Gate { get; }

    internal StatementCache Statements { get; } = new(new SessionStateGuard());

    internal int Reads { get; private set; }

    /// <summary>Why the catalog cannot be read; null when it can.</summary>
    internal string? Problem { get; set; }

    /// <summary>What happens while the catalog is read.</summary>
    internal Action? Reading { get; set; }

    public void Dispose()
    {
        Catalogs.Dispose();
        Metrics.Dispose();
    }

    public ValueTask<CatalogReadResult> ReadAsync(CatalogKey key, CatalogSnapshot? previous, IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
    {
        Reads++;
        Reading?.Invoke();
        if (Problem is { } problem)
        {
            return ValueTask.FromResult(CatalogReadResult.Failed(problem));
        }

        var state = CatalogTestBed.State(roles, "11", "2200");
        return ValueTask.FromResult(CatalogReadResult.Read(
            previous is not null && previous.Content == _content && previous.State.Equals(state) ? previous : new CatalogSnapshot(key, _content, state)));
    }

    internal SessionGate NewGate(GateSubject? subject = null) => new(Policies, Catalogs, subject ?? Subject, Metrics);

    /// <summary>A session that has begun: the gate is refreshed.</summary>
    internal async Task<GateBed> OpenAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        return this;
    }

    /// <summary>What a session does before a message.</summary>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        while (!Gate.TryRefresh())
        {
            await Gate.RefreshAsync(cancellationToken);
        }
    }

    internal void ChangePolicy(Action<StatementPolicyOptions> change)
    {
        change(_policy);
        Policies.Use(PolicyCompiler.Compile(_policy, ShippedBaseline.Instance));
    }

    /// <summary>From now on the scope <c>read</c> does not read salaries any more.</summary>
    internal void HideSalaries() => ChangePolicy(static policy => policy.Deny.Add(new StatementRule { Relations = { "public.salaries" } }));

    /// <summary>Somebody renames the column <c>note</c>.</summary>
    internal void RenameNote(string name)
    {
        _note = name;
        _content = Build();
    }

    internal Statement Read(string sql) => Statements.GetQuery(Encoding.UTF8.GetBytes(sql), Gate.Context);

    internal Statement Parse(string sql) => Statements.GetParse(Encoding.UTF8.GetBytes(sql), [0, 0], Gate.Context);

    private CatalogContent Build() => CatalogTestBed.Build(
    [
        [["11", "pg_catalog"], ["2200", "public"]],
        [["2", "2200", "orders", "r", "f"], ["3", "2200", "salaries", "r", "f"]],
        [["2", "1", "id", "23"], ["2", "2", _note, "25"], ["3", "1", "pay", "23"]],
        [],
        [["10", "11", "lower", "f", "25", "0", "f", "25", "f", "f"], ["11", "11", "set_config", "f", "25 25 16", "0", "f", "25", "f", "f"], ["12", "2200", "twice", "f", "23", "0", "f", "23", "f", "f"]],
        [],
        [["23", "11", "int4", "b", "0", "0", "0"], ["25", "11", "text", "b", "0", "0", "0"], ["16", "11", "bool", "b", "0", "0", "0"], ["700", "2200", "mood", "b", "0", "0", "0"]],
        [["2200", "<->", "700", "700", "12"]],
        [],
    ]);
}
