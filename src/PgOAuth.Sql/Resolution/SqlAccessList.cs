using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql.Resolution;

/// <summary>
/// What a statement accesses, as <see cref="SqlResolver"/> found it. Kept and filled again; nothing is allocated once its arrays
/// have grown. When <see cref="Failure"/> is not null, nothing else counts: deny.
/// </summary>
internal sealed class SqlAccessList
{
    private SqlAccess[] _accesses = new SqlAccess[16];
    private ulong[] _columns = new ulong[32];
    private SqlFunction[] _functions = new SqlFunction[16];
    private SqlColumnReference[] _references = new SqlColumnReference[32];
    private int _count;
    private int _columnWords;
    private int _functionCount;
    private int _referenceCount;

    /// <summary>Why the statement is not understood, or null. A constant; the name it is about is at the tokens.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether a newer catalog may help.</summary>
    public SqlFailureKind FailureKind { get; private set; }

    /// <summary>First token of what is not understood.</summary>
    public int FailureToken { get; private set; }

    /// <summary>Token after it.</summary>
    public int FailureEndToken { get; private set; }

    public int Count => _count;

    /// <summary>The first is the statement itself. An access stays where it is; the same object may stand in several.</summary>
    public ReadOnlySpan<SqlAccess> Accesses => _accesses.AsSpan(0, _count);

    /// <summary>Where columns are used, in no order.</summary>
    public ReadOnlySpan<SqlColumnReference> References => _references.AsSpan(0, _referenceCount);

    /// <summary>The column set of an access: bit i % 64 of word i / 64 is column i of its relation. Empty without a relation.</summary>
    public ReadOnlySpan<ulong> Columns(in SqlAccess access) =>
        access.Relation is null ? default : _columns.AsSpan(access.ColumnsStart, WordsOf(access.Relation));

    /// <summary>The functions of an access, in the order of the search path.</summary>
    public ReadOnlySpan<SqlFunction> Functions(in SqlAccess access) => _functions.AsSpan(access.FunctionsStart, access.FunctionsCount);

    public void Clear()
    {
        _accesses.AsSpan(0, _count).Clear();
        _functions.AsSpan(0, _functionCount).Clear();
        _count = 0;
        _columnWords = 0;
        _functionCount = 0;
        _referenceCount = 0;
        Failure = null;
        FailureKind = SqlFailureKind.None;
        FailureToken = 0;
        FailureEndToken = 0;
    }

    /// <summary>The first failure counts.</summary>
    public void Fail(SqlFailureKind kind, string reason, int token, int endToken)
    {
        if (Failure is null)
        {
            Failure = reason;
            FailureKind = kind;
            FailureToken = token;
            FailureEndToken = endToken;
        }
    }

    /// <summary>Adds an access without columns and returns its index.</summary>
    public int Add(SqlAccessKind kind, SqlNodeKind statement, SqlRelation? relation, int token, int endToken, SqlAccessFlags flags = SqlAccessFlags.None)
    {
        if (_count == _accesses.Length)
        {
            Array.Resize(ref _accesses, _count * 2);
        }

        ref var access = ref _accesses[_count];
        access.Kind = kind;
        access.Flags = flags;
        access.Statement = statement;
        access.LockStrength = 0;
        access.SystemColumns = 0;
        access.Relation = relation;
        access.Token = token;
        access.EndToken = endToken;
        access.ColumnsStart = _columnWords;
        access.FunctionsStart = _functionCount;
        access.FunctionsCount = 0;
        if (relation is not null)
        {
            if (relation.Parents.Length > 0)
            {
                access.Flags |= SqlAccessFlags.Child;
            }

            AddWords(WordsOf(relation));
        }

        return _count++;
    }

    /// <summary>Says that columns nobody knows of count, too.</summary>
    public void SetEntire(int access) => _accesses[access].Flags |= SqlAccessFlags.Entire;

    public void SetLock(int access, SqlLockStrength strength) => _accesses[access].LockStrength = (byte)(strength + 1);

    /// <summary>Adds a function to the last access.</summary>
    public void AddFunction(SqlFunction function)
    {
        if (_functionCount == _functions.Length)
        {
            Array.Resize(ref _functions, _functionCount * 2);
        }

        _functions[_functionCount++] = function;
        _accesses[_count - 1].FunctionsCount++;
    }

    /// <summary>Gives the functions of one access to another.</summary>
    public void CopyFunctions(int from, int to)
    {
        _accesses[to].FunctionsStart = _accesses[from].FunctionsStart;
        _accesses[to].FunctionsCount = _accesses[from].FunctionsCount;
    }

    public void AddColumn(int access, int column, int token, int endToken)
    {
        ref var target = ref _accesses[access];
        _columns[target.ColumnsStart + (column >> 6)] |= 1UL << (column & 63);
        AddReference(new SqlColumnReference(access, column, token, endToken));
    }

    /// <summary>System column n (its number without the sign).</summary>
    public void AddSystemColumn(int access, int number, int token, int endToken)
    {
        _accesses[access].SystemColumns |= (byte)(1 << number);
        AddReference(new SqlColumnReference(access, -1 - number, token, endToken));
    }

    public void AddAllColumns(int access, bool wholeRow, int token, int endToken)
    {
        ref var target = ref _accesses[access];
        if (wholeRow)
        {
            target.Flags |= SqlAccessFlags.WholeRow;
        }

        var count = target.Relation!.Columns.Length;
        for (var word = 0; word * 64 < count; word++)
        {
            _columns[target.ColumnsStart + word] = count - (word * 64) >= 64 ? ulong.MaxValue : (1UL << (count - (word * 64))) - 1;
        }

        AddReference(new SqlColumnReference(access, SqlColumnReference.AllColumns, token, endToken));
    }

    private static int WordsOf(SqlRelation relation) => (relation.Columns.Length + 63) >> 6;

    private void AddWords(int count)
    {
        while (_columnWords + count > _columns.Length)
        {
            Array.Resize(ref _columns, _columns.Length * 2);
        }

        _columns.AsSpan(_columnWords, count).Clear();
        _columnWords += count;
    }

    private void AddReference(SqlColumnReference reference)
    {
        if (_referenceCount == _references.Length)
        {
            Array.Resize(ref _references, _referenceCount * 2);
        }

        _references[_referenceCount++] = reference;
    }
}
