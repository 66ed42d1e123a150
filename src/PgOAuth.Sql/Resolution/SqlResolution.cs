using System.Runtime.CompilerServices;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;

namespace PgOAuth.Sql.Resolution;

/// <summary>
/// One run of the resolver over one statement. Where it cannot tell which of several things a name means, all of them count:
/// an access too many is a refusal to explain, one too few a leak.
/// </summary>
internal ref partial struct SqlResolution
{
    private const long MaxWork = 20_000_000;
    private const int MaxColumns = 100_000;

    private readonly ReadOnlySpan<byte> _text;
    private readonly SqlToken[] _tokens;
    private readonly SqlNode[] _nodes;
    private readonly ISqlCatalog _catalog;
    private readonly SqlAccessList _accesses;
    private readonly SqlScopes _scopes;

    // Whether the catalog may be behind.
    private readonly bool _allowUnknown;
    private int _level;
    private N _statement;
    private SqlAccessFlags _flags;
    private long _work;

    // The column that the last name looked up means, when it is one relation's.
    private SqlColumn? _found;

    // Whether somebody has the last column looked up, and not only may have it.
    private bool _certain;

    // Whether the last name figured out is one that only another query's columns tell.
    private bool _unknownName;

    public SqlResolution(ReadOnlySpan<byte> text, SqlToken[] tokens, SqlNode[] nodes, ISqlCatalog catalog, SqlAccessList accesses, SqlScopes scopes, bool allowUnknown)
    {
        _text = text;
        _tokens = tokens;
        _nodes = nodes;
        _catalog = catalog;
        _accesses = accesses;
        _scopes = scopes;
        _allowUnknown = allowUnknown;
        _level = -1;
    }

    private readonly bool Failed => _accesses.Failure is not null;

    /// <summary>Resolves a whole statement.</summary>
    public void Statement(int root)
    {
        if (IsQuery(_nodes[root].Kind))
        {
            Query(root, columns: false);
        }
        else
        {
            Utility(root);
        }
    }

    private static bool IsQuery(N kind) => kind is N.SelectStmt or N.InsertStmt or N.UpdateStmt or N.DeleteStmt or N.MergeStmt;

    private readonly void Fail(string reason, int token, int endToken) => _accesses.Fail(SqlFailureKind.NotUnderstood, reason, token, endToken);

    private readonly void Fail(string reason, in SqlNode node) => Fail(reason, node.Token, node.EndToken);

    // What a newer catalog may have.
    private readonly void Missing(string what, int token, int endToken) => _accesses.Fail(SqlFailureKind.NotFound, what, token, endToken);

    private readonly void Missing(string what, in SqlNode node) => Missing(what, node.Token, node.EndToken);

    // The parser's depth limit is for its own frames; those here are larger.
    private readonly bool EnsureStack(int node)
    {
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return true;
        }

        Fail("statement nested too deeply", _nodes[node]);
        return false;
    }

    private readonly int Add(SqlAccessKind kind, SqlRelation? relation, int token, int endToken, bool only = false) =>
        _accesses.Add(kind, _statement, relation, token, endToken, only ? _flags | SqlAccessFlags.Only : _flags);

    /// <summary>
    /// A short text can name very many columns (WITH items that double each other's) or compare each with each: what a server
    /// would take seconds or all its memory for is refused here.
    /// </summary>
    private bool Spend(long work, int token)
    {
        _work += work;
        if (_work <= MaxWork && _scopes.ColumnCount <= MaxColumns)
        {
            return true;
        }

        Fail("statement too complex", token, token + 1);
        return false;
    }

    // ---- Levels.
    private int PushLevel(int parent)
    {
        var previous = _level;
        SqlScopeLevel level = default;
        level.Parent = parent;
        level.EntryStart = _scopes.EntryCount;
        level.VisibleStart = _scopes.EntryCount;
        level.VisibleEnd = _scopes.EntryCount;
        level.CteStart = _scopes.CteCount;
        level.CteEnd = _scopes.CteCount;
        level.JoinStart = _scopes.JoinCount;
        _level = _scopes.AddLevel(level);
        return previous;
    }

    private void PopLevel(int previous)
    {
        ref var level = ref _scopes.Level(_level);
        _scopes.CutEntries(level.EntryStart);
        _scopes.CutCtes(level.CteStart);
        _scopes.CutJoins(level.JoinStart);
        _scopes.CutLevels(_level);
        _level = previous;
    }

    private readonly void ShowAll()
    {
        ref var level = ref _scopes.Level(_level);
        level.VisibleStart = level.EntryStart;
        level.VisibleEnd = _scopes.EntryCount;
    }

    // ---- Children, first to last. Give the result to _scopes.CutChildren.
    private readonly int PushChildren(int node)
    {
        var start = _scopes.ChildCount;
        for (var child = node - 1; child >= _nodes[node].First; child = _nodes[child].First - 1)
        {
            _scopes.AddChild(child);
        }

        _scopes.ReverseChildren(start);
        return start;
    }

    // ---- Names.
    private readonly int Fold(int token, Span<byte> target) => SqlText.WriteIdentifier(_text, _tokens[token], target);

    private readonly SqlNameRef AddName(int token)
    {
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        return _scopes.AddName(name[..Fold(token, name)]);
    }

    /// <summary>The relation that one to three words between dots name. Null: there is none.</summary>
    private readonly SqlRelation? FindRelation(int token, int endToken)
    {
        Span<byte> first = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        Span<byte> second = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        if (endToken - token == 5)
        {
            if (!_catalog.Database.Is(first[..Fold(token, first)]))
            {
                return null;
            }

            token += 2;
        }

        var firstLength = Fold(token, first);
        return endToken - token == 1
            ? _catalog.FindRelation(default, first[..firstLength])
            : _catalog.FindRelation(first[..firstLength], second[..Fold(token + 2, second)]);
    }
}
