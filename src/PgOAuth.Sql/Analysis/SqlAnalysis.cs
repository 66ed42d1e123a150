using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql.Analysis;

/// <summary>
/// What a statement touches, as lists of nodes: one pass over the flat tree, without recursion. Kept and filled again for
/// each statement; nothing is allocated once the lists have grown.
/// </summary>
internal sealed class SqlAnalysis
{
    private readonly ulong[] _nested = new ulong[((int)Enum.GetValues<SqlNodeKind>()[^1] / 64) + 1];

    // WITH items by the hash of their names: heads of chains, and for each item the next one, its node, where its name can
    // be seen (a run of nodes), its hash.
    private int[] _heads = new int[16];
    private CteEntry[] _entries = new CteEntry[8];
    private int _entryCount;

    public SqlNodeKind Kind { get; private set; }

    public int Root { get; private set; }

    /// <summary>RangeVars that are read. Names of WITH items in scope are not among them.</summary>
    public SqlIndexList Reads { get; } = new();

    /// <summary>RangeVars and NamedRelations that are written or acted on.</summary>
    public SqlIndexList Writes { get; } = new();

    /// <summary>FuncCalls.</summary>
    public SqlIndexList Functions { get; } = new();

    /// <summary>ColumnRefs.</summary>
    public SqlIndexList Columns { get; } = new();

    /// <summary>CommonTableExprs.</summary>
    public SqlIndexList Ctes { get; } = new();

    /// <summary>SetTargets.</summary>
    public SqlIndexList SetColumns { get; } = new();

    /// <summary>UsingColumns.</summary>
    public SqlIndexList UsingColumns { get; } = new();

    /// <summary>ParamRefs.</summary>
    public SqlIndexList Params { get; } = new();

    /// <summary>Settings that SET, RESET and SHOW name.</summary>
    public SqlIndexList Settings { get; } = new();

    public bool Natural { get; private set; }

    /// <summary>Bit n: a row lock of <see cref="SqlLockStrength"/> n.</summary>
    public int Locks { get; private set; }

    /// <summary>Whether a statement of this kind stands inside this one.</summary>
    public bool HasNested(SqlNodeKind kind) => (_nested[(int)kind / 64] >> ((int)kind % 64) & 1) != 0;

    /// <summary>Fills the lists from the nodes of one statement, which end at <paramref name="root"/>.</summary>
    public void Analyze(ReadOnlySpan<byte> text, SqlToken[] tokens, SqlNode[] nodes, int root)
    {
        Clear();
        Root = root;
        Kind = nodes[root].Kind;
        var first = nodes[root].First;
        var names = false;
        for (var i = first; i <= root; i++)
        {
            ref var node = ref nodes[i];
            switch (node.Kind)
            {
                case SqlNodeKind.RangeVar:
                    if ((node.Flags & SqlNodeFlags.Read) != 0)
                    {
                        Reads.Add(i);
                    }
                    else if ((node.Flags & SqlNodeFlags.Write) != 0)
                    {
                        Writes.Add(i);
                    }

                    break;
                case SqlNodeKind.NamedRelation:
                    Writes.Add(i);
                    break;
                case SqlNodeKind.ColumnRef:
                    Columns.Add(i);
                    break;
                case SqlNodeKind.FuncCall:
                    Functions.Add(i);
                    break;
                case SqlNodeKind.ParamRef:
                    Params.Add(i);
                    break;
                case SqlNodeKind.CommonTableExpr:
                    Ctes.Add(i);
                    break;
                case SqlNodeKind.WithClause:
                    names = true;
                    AddScope(text, tokens, nodes, i);
                    break;
                case SqlNodeKind.SetTarget:
                    SetColumns.Add(i);
                    break;
                case SqlNodeKind.UsingColumn:
                    UsingColumns.Add(i);
                    break;
                case SqlNodeKind.JoinExpr:
                    Natural |= (node.Flags & SqlNodeFlags.Natural) != 0;
                    break;
                case SqlNodeKind.LockingClause:
                    Locks |= 1 << node.Payload;
                    break;
                case SqlNodeKind.Setting:
                    Settings.Add(i);
                    break;
                default:
                    if (SqlStatementNames.IsStatement(node.Kind) && i != root)
                    {
                        _nested[(int)node.Kind / 64] |= 1UL << ((int)node.Kind % 64);
                    }

                    break;
            }
        }

        if (names)
        {
            RemoveCteReads(text, tokens, nodes);
        }
    }

    private void Clear()
    {
        Reads.Clear();
        Writes.Clear();
        Functions.Clear();
        Columns.Clear();
        Ctes.Clear();
        SetColumns.Clear();
        UsingColumns.Clear();
        Params.Clear();
        Settings.Clear();
        Natural = false;
        Locks = 0;
        _nested.AsSpan().Clear();
        _entryCount = 0;
    }

    // In post-order, what can see a WITH item is one run of nodes: with RECURSIVE from the WITH's beginning, else from behind
    // the item, up to the statement that has the WITH.
    private void AddScope(ReadOnlySpan<byte> text, SqlToken[] tokens, SqlNode[] nodes, int with)
    {
        var recursive = (nodes[with].Flags & SqlNodeFlags.Recursive) != 0;
        for (var item = with - 1; item >= nodes[with].First; item = nodes[item].First - 1)
        {
            if (_entryCount == _entries.Length)
            {
                Array.Resize(ref _entries, _entryCount * 2);
            }

            ref var entry = ref _entries[_entryCount++];
            entry.Token = nodes[item].Token;
            entry.Hash = HashName(text, tokens[entry.Token]);
            entry.From = recursive ? nodes[with].First : item + 1;
            entry.To = nodes[with].Payload;
        }
    }

    private void RemoveCteReads(ReadOnlySpan<byte> text, SqlToken[] tokens, SqlNode[] nodes)
    {
        var size = _heads.Length;
        while (size < _entryCount * 2)
        {
            size *= 2;
        }

        if (size > _heads.Length)
        {
            _heads = new int[size];
        }

        _heads.AsSpan().Fill(-1);
        for (var i = 0; i < _entryCount; i++)
        {
            ref var entry = ref _entries[i];
            var bucket = (int)(entry.Hash & (uint)(_heads.Length - 1));
            entry.Next = _heads[bucket];
            _heads[bucket] = i;
        }

        var reads = Reads.Count;
        var kept = new SqlIndexListFilter(Reads);
        for (var i = 0; i < reads; i++)
        {
            var read = Reads[i];
            if (nodes[read].EndToken != nodes[read].Token + 1 || !IsCte(text, tokens, nodes[read].Token, read))
            {
                kept.Keep(read);
            }
        }

        kept.Done();
    }

    private bool IsCte(ReadOnlySpan<byte> text, SqlToken[] tokens, int token, int node)
    {
        var hash = HashName(text, tokens[token]);
        for (var i = _heads[(int)(hash & (uint)(_heads.Length - 1))]; i >= 0; i = _entries[i].Next)
        {
            ref var entry = ref _entries[i];
            if (entry.Hash == hash && entry.From <= node && node <= entry.To && SqlText.SameIdentifier(text, tokens[entry.Token], tokens[token]))
            {
                return true;
            }
        }

        return false;
    }

    private static uint HashName(ReadOnlySpan<byte> text, in SqlToken token)
    {
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        var hash = 2166136261u;
        foreach (var b in name[..SqlText.WriteIdentifier(text, token, name)])
        {
            hash = (hash ^ b) * 16777619u;
        }

        return hash;
    }

    private struct CteEntry
    {
        public int Token;
        public int From;
        public int To;
        public int Next;
        public uint Hash;
    }

    // Rewrites a list in place while it is read.
    private struct SqlIndexListFilter(SqlIndexList list)
    {
        private int _count;

        public void Keep(int item) => list.Set(_count++, item);

        public readonly void Done() => list.Truncate(_count);
    }
}
