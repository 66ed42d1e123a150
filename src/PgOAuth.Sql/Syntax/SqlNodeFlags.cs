namespace PgOAuth.Sql.Syntax;

/// <summary>What else a node says. Which flags a kind can have is told at the kind.</summary>
[Flags]
internal enum SqlNodeFlags : ushort
{
    None = 0,

    /// <summary>RangeVar: in a source position. May name a WITH item.</summary>
    Read = 1,

    /// <summary>RangeVar: a target, or what a command acts on.</summary>
    Write = 2,

    /// <summary>RangeVar: ONLY was written.</summary>
    Only = 4,

    /// <summary>SelectStmt: has ORDER BY.</summary>
    Sorted = 1,

    /// <summary>SelectStmt: has LIMIT or FETCH.</summary>
    Limited = 2,

    /// <summary>SelectStmt: has OFFSET.</summary>
    Offset = 4,

    /// <summary>SelectStmt: FETCH .. WITH TIES.</summary>
    WithTies = 8,

    /// <summary>SelectStmt and the others that can have one: has WITH.</summary>
    HasWith = 16,

    /// <summary>SelectStmt: a set operation.</summary>
    SetOperation = 32,

    /// <summary>SelectStmt: some row lock says SKIP LOCKED.</summary>
    SkipLocked = 64,

    /// <summary>SelectStmt: VALUES lists.</summary>
    Values = 128,

    /// <summary>SelectStmt: has INTO.</summary>
    Into = 256,

    /// <summary>WithClause: RECURSIVE.</summary>
    Recursive = 1,

    /// <summary>ColumnRef: the token is not a name; it stands for a lone <c>*</c> (<c>SELECT *</c>, <c>TABLE t</c>).</summary>
    LoneStar = 1,

    /// <summary>AConst: a string.</summary>
    String = 1,

    /// <summary>FuncCall: made by the grammar out of special syntax; the payload is a <see cref="SqlSpecialFunction"/>.</summary>
    SpecialSyntax = 1,

    /// <summary>FuncCall: special syntax whose name is the type at the payload's node (TREAT).</summary>
    TypeNamed = 2,

    /// <summary>JoinExpr: NATURAL.</summary>
    Natural = 1,

    /// <summary>CopyStmt: FROM.</summary>
    From = 1,
}
