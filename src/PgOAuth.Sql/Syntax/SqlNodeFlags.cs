namespace PgOAuth.Sql.Syntax;

/// <summary>What else a node says. Which flags a kind can have is told at the kind.</summary>
[Flags]
internal enum SqlNodeFlags
{
    None = 0,

    /// <summary>RangeVar: in a source position. May name a WITH item.</summary>
    Read = 1 << 0,

    /// <summary>RangeVar: a target, or what a command acts on.</summary>
    Write = 1 << 1,

    /// <summary>RangeVar: ONLY was written.</summary>
    Only = 1 << 2,

    /// <summary>SelectStmt: has ORDER BY.</summary>
    Sorted = 1 << 3,

    /// <summary>SelectStmt: has LIMIT or FETCH.</summary>
    Limited = 1 << 4,

    /// <summary>SelectStmt: has OFFSET.</summary>
    Offset = 1 << 5,

    /// <summary>SelectStmt: FETCH .. WITH TIES.</summary>
    WithTies = 1 << 6,

    /// <summary>SelectStmt and the others that can have one: has WITH.</summary>
    HasWith = 1 << 7,

    /// <summary>SelectStmt: a set operation.</summary>
    SetOperation = 1 << 8,

    /// <summary>SelectStmt: some row lock says SKIP LOCKED.</summary>
    SkipLocked = 1 << 9,

    /// <summary>SelectStmt: VALUES lists.</summary>
    Values = 1 << 10,

    /// <summary>SelectStmt: has INTO.</summary>
    Into = 1 << 11,

    /// <summary>WithClause: RECURSIVE.</summary>
    Recursive = 1 << 12,

    /// <summary>ColumnRef: the token is not a name; it stands for a lone <c>*</c> (<c>SELECT *</c>, <c>TABLE t</c>).</summary>
    LoneStar = 1 << 13,

    /// <summary>AConst: a string.</summary>
    String = 1 << 14,

    /// <summary>FuncCall: made by the grammar out of special syntax; the payload is a <see cref="SqlSpecialFunction"/>.</summary>
    SpecialSyntax = 1 << 15,

    /// <summary>FuncCall: special syntax whose name is the type at the payload's node (TREAT).</summary>
    TypeNamed = 1 << 16,

    /// <summary>JoinExpr: NATURAL.</summary>
    Natural = 1 << 17,

    /// <summary>CopyStmt: FROM.</summary>
    From = 1 << 18,
}
