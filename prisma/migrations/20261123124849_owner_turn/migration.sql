-- CreateTable
CREATE TABLE "owner_turn" (
    "strategy" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "finish" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "owner_turn_pkey" PRIMARY KEY ("strategy","owner_id")
);
